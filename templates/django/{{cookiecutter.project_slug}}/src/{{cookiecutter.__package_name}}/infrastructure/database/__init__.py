{{ verbatim("src/infrastructure/database/__init__.py") }}
