{{ synchronous("src/infrastructure/database/access.py") }}
