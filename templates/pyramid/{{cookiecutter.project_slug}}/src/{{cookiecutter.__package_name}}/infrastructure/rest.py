{{ verbatim("src/infrastructure/rest.py") }}
