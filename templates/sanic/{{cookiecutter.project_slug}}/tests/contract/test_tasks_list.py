{{ verbatim("tests/contract/test_tasks_list.py") }}
