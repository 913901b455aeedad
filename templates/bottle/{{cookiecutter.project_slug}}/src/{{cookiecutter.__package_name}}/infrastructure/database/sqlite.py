{{ synchronous("src/infrastructure/database/sqlite.py") }}
