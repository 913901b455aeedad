{{ verbatim("tests/contract/test_tasks_update.py") }}
