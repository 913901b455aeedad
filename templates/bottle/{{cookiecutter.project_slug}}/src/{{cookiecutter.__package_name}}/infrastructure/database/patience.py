{{ verbatim("src/infrastructure/database/patience.py") }}
