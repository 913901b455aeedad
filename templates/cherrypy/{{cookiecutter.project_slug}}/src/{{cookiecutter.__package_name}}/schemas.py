{{ verbatim("src/schemas.py") }}
