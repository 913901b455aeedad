{{ synchronous("src/worker.py") }}
