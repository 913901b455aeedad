{{ verbatim("src/infrastructure/serving/threads.py") }}
