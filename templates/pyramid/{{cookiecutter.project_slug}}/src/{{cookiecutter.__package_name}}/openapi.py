{{ verbatim("src/openapi.py") }}
