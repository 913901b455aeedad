{{ verbatim("src/accounts/forms.py") }}
