{{ verbatim("src/infrastructure/database/migrate.py") }}
