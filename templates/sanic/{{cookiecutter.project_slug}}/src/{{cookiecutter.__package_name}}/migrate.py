{{ verbatim("src/migrate.py") }}
