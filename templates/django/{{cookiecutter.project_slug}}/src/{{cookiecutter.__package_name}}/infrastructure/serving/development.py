{{ verbatim("src/infrastructure/serving/development.py") }}
