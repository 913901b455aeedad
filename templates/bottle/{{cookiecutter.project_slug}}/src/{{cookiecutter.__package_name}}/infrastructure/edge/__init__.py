{{ verbatim("src/infrastructure/edge/__init__.py") }}
