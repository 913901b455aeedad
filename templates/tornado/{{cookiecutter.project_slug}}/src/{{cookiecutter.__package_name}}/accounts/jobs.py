{{ verbatim("src/accounts/jobs.py") }}
