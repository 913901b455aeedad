{{ verbatim("src/infrastructure/patience.py") }}
