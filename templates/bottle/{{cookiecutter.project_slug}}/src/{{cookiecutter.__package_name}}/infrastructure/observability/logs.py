{{ verbatim("src/infrastructure/observability/logs.py") }}
