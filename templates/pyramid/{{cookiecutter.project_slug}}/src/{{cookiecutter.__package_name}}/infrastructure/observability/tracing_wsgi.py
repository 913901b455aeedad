{{ verbatim("src/infrastructure/observability/tracing_wsgi.py") }}
