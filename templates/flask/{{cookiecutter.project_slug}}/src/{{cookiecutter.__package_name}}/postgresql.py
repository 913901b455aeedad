{{ synchronous("src/postgresql.py") }}
