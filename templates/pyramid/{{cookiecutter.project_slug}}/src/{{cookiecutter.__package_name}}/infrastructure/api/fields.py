{{ verbatim("src/infrastructure/api/fields.py") }}
