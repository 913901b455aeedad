{{ verbatim("src/infrastructure/serving/server.py") }}
