{{ verbatim("src/tasks/events.py") }}
