{{ verbatim("src/infrastructure/security/strength.py") }}
