{{ verbatim("src/infrastructure/database/urls.py") }}
