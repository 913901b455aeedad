{{ synchronous("src/db.py") }}
