{{ verbatim("src/infrastructure/jobs/functions.py") }}
