{{ verbatim("tests/contract/test_secret_key.py") }}
