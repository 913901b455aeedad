{{ verbatim("src/infrastructure/edge/paths.py") }}
