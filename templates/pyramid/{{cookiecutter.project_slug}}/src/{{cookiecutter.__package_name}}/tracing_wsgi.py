{{ verbatim("src/tracing_wsgi.py") }}
