{{ synchronous("src/accounts.py") }}
