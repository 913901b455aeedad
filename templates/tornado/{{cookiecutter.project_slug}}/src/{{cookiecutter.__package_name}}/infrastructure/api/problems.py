{{ verbatim("src/infrastructure/api/problems.py") }}
