{{ verbatim("src/infrastructure/serving/worker.py") }}
