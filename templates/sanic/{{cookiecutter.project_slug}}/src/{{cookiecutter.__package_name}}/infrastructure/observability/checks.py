{{ verbatim("src/infrastructure/observability/checks.py") }}
