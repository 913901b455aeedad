{{ synchronous("src/tasks/use_cases.py") }}
