{{ verbatim("src/infrastructure/api/__init__.py") }}
