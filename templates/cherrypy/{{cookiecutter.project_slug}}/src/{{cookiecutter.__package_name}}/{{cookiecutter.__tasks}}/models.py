{{ verbatim("src/tasks/models.py") }}
