{{ verbatim("src/infrastructure/security/counts.py") }}
