{{ verbatim("tests/contract/test_tasks_due_at.py") }}
