{{ verbatim("src/infrastructure/security/signing.py") }}
