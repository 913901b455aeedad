{{ verbatim("src/tasks/use_cases.py") }}
