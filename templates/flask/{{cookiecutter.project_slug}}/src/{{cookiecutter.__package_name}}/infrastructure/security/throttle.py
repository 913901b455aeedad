{{ synchronous("src/infrastructure/security/throttle.py") }}
