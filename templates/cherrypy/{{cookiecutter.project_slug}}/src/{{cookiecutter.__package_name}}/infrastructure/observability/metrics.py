{{ verbatim("src/infrastructure/observability/metrics.py") }}
