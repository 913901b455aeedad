{{ verbatim("src/infrastructure/jobs/work.py") }}
