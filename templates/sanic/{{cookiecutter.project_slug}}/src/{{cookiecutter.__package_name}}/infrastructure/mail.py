{{ verbatim("src/infrastructure/mail.py") }}
