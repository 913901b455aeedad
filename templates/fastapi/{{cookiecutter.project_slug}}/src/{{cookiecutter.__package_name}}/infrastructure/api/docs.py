{{ verbatim("src/infrastructure/api/docs.py") }}
