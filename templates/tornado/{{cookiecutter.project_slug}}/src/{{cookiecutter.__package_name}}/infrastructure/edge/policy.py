{{ verbatim("src/infrastructure/edge/policy.py") }}
