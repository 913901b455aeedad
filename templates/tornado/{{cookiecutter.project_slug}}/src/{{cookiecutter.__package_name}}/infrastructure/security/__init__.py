{{ verbatim("src/infrastructure/security/__init__.py") }}
