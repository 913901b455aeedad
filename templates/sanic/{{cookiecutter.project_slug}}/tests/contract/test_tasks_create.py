{{ verbatim("tests/contract/test_tasks_create.py") }}
