{{ verbatim("src/tasks/operations.py") }}
