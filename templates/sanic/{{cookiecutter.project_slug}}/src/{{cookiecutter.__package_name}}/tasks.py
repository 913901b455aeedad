{{ verbatim("src/tasks.py") }}
