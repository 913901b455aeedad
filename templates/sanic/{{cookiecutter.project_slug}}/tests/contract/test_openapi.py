{{ verbatim("tests/contract/test_openapi.py") }}
