{{ verbatim("src/infrastructure/jobs/models.py") }}
