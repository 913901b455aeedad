{{ synchronous("src/infrastructure/observability/checks.py") }}
