{{ verbatim("src/infrastructure/settings.py") }}
