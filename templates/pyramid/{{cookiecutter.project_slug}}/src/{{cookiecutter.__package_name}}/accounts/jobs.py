{{ synchronous("src/accounts/jobs.py") }}
