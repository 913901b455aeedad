{{ verbatim("src/accounts.py") }}
