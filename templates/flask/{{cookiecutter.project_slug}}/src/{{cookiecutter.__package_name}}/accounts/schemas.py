{{ verbatim("src/accounts/schemas.py") }}
