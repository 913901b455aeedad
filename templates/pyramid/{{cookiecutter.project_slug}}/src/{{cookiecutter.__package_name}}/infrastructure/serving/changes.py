{{ verbatim("src/infrastructure/serving/changes.py") }}
