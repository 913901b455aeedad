{{ verbatim("tests/contract/test_openapi_conformance.py") }}
