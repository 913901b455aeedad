{{ verbatim("src/infrastructure/observability/processes.py") }}
