{{ verbatim("tests/contract/test_tasks_read.py") }}
