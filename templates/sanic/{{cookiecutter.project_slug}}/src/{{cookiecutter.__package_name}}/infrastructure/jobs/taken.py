{{ verbatim("src/infrastructure/jobs/taken.py") }}
