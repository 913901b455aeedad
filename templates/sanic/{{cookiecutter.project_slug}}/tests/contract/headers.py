{{ verbatim("tests/contract/headers.py") }}
