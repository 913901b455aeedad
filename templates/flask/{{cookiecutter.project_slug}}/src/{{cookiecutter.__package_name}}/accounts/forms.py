{{ synchronous("src/accounts/forms.py") }}
