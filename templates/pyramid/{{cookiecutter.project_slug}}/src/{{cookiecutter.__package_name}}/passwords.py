{{ verbatim("src/passwords.py") }}
