{{ synchronous("src/accounts/links.py") }}
