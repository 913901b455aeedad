{{ verbatim("src/infrastructure/jobs/queue.py") }}
