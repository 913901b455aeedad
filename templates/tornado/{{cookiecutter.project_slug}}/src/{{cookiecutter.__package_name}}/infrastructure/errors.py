{{ verbatim("src/infrastructure/errors.py") }}
