{{ verbatim("src/errors.py") }}
