{{ verbatim("src/infrastructure/jobs/metrics.py") }}
