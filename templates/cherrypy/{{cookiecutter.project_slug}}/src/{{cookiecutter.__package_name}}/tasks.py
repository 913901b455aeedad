{{ synchronous("src/tasks.py") }}
