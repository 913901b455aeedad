{{ verbatim("tests/contract/pages.py") }}
