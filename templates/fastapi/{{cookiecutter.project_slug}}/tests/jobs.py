{{ named("tests/jobs.py") }}
