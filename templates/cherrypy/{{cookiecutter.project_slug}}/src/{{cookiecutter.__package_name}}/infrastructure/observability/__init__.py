{{ verbatim("src/infrastructure/observability/__init__.py") }}
