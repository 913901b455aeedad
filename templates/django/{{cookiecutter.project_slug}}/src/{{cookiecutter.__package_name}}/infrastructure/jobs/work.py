{{ verbatim("src/infrastructure/jobs/work_threads.py") }}
