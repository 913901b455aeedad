{{ synchronous("src/infrastructure/patience.py") }}
