{{ verbatim("src/infrastructure/database/access.py") }}
