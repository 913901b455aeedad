{{ verbatim("src/infrastructure/security/passwords.py") }}
