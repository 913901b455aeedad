{{ synchronous("src/infrastructure/jobs/functions.py") }}
