{{ verbatim("tests/contract/test_accounts.py") }}
