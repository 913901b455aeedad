{{ verbatim("src/postgresql.py") }}
