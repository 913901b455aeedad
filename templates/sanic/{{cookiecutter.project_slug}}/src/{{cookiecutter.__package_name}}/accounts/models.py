{{ verbatim("src/accounts/models.py") }}
