{{ verbatim("src/infrastructure/observability/health.py") }}
