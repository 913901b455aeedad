{{ verbatim("src/metrics.py") }}
