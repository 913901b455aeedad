{{ verbatim("src/infrastructure/observability/excluded.py") }}
