{{ verbatim("src/db.py") }}
