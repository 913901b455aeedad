{{ verbatim("src/infrastructure/api/openapi.py") }}
