{{ verbatim("tests/contract/test_lifecycle.py") }}
