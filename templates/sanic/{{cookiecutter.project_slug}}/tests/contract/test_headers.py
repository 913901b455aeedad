{{ verbatim("tests/contract/test_headers.py") }}
