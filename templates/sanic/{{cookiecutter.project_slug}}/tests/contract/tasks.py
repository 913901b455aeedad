{{ verbatim("tests/contract/tasks.py") }}
