{{ verbatim("src/infrastructure/database/models.py") }}
