{{ verbatim("src/tasks/schemas.py") }}
