{{ verbatim("tests/contract/test_malformed_http.py") }}
