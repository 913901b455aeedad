{{ verbatim("src/infrastructure/serving/supervisor.py") }}
