{{ verbatim("src/accounts/mails/__init__.py") }}
