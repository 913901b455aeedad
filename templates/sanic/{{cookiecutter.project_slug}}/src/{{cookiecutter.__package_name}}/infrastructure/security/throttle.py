{{ verbatim("src/infrastructure/security/throttle.py") }}
