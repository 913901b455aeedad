{{ synchronous("src/infrastructure/jobs/queue.py") }}
