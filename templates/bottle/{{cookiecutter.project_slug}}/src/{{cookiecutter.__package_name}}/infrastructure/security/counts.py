{{ synchronous("src/infrastructure/security/counts.py") }}
