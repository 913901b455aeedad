{{ verbatim("src/infrastructure/serving/__init__.py") }}
