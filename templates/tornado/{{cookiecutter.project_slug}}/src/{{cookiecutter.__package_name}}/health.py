{{ verbatim("src/health.py") }}
