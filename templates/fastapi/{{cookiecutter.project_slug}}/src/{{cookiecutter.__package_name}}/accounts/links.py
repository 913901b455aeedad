{{ verbatim("src/accounts/links.py") }}
