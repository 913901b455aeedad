{{ verbatim("src/infrastructure/jobs/failed.py") }}
