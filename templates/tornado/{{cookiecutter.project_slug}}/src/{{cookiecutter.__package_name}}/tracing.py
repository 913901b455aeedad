{{ verbatim("src/tracing.py") }}
