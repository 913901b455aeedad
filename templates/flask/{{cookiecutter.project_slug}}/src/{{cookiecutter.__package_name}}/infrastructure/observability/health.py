{{ verbatim("src/infrastructure/observability/health_threads.py") }}
