{{ verbatim("src/accounts/errors.py") }}
