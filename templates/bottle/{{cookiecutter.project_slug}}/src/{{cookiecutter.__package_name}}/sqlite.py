{{ synchronous("src/sqlite.py") }}
