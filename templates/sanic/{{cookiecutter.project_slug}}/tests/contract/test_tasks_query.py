{{ verbatim("tests/contract/test_tasks_query.py") }}
