{{ verbatim("tests/contract/fixtures.py") }}
