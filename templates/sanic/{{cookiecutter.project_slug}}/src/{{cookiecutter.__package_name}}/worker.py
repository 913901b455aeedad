{{ verbatim("src/worker.py") }}
