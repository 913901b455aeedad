{{ verbatim("src/accounts/operations.py") }}
