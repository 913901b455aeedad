{{ verbatim("tests/contract/test_operations.py") }}
