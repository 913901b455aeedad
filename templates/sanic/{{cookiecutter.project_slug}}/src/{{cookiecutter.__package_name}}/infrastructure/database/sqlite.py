{{ verbatim("src/infrastructure/database/sqlite.py") }}
