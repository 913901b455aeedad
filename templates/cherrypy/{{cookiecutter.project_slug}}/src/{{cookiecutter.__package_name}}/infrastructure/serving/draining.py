{{ verbatim("src/infrastructure/serving/draining.py") }}
