{{ verbatim("tests/contract/test_authorization.py") }}
