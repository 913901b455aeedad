{{ verbatim("tests/contract/test_workers.py") }}
