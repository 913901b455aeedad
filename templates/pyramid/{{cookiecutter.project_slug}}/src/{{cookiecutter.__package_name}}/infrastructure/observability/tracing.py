{{ verbatim("src/infrastructure/observability/tracing.py") }}
