{{ named("tests/jobs_threads.py") }}
