{{ verbatim("src/infrastructure/jobs/__init__.py") }}
