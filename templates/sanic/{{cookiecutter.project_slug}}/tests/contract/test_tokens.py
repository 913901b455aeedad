{{ verbatim("tests/contract/test_tokens.py") }}
