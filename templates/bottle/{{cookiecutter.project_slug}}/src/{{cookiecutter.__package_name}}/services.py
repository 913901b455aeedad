{{ verbatim("src/services.py") }}
