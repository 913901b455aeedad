{{ verbatim("src/infrastructure/jobs/clock.py") }}
