{{ verbatim("tests/contract/test_development.py") }}
