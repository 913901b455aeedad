{{ verbatim("src/infrastructure/api/inputs.py") }}
