{{ verbatim("src/infrastructure/observability/spans.py") }}
