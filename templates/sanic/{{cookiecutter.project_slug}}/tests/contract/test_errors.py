{{ verbatim("tests/contract/test_errors.py") }}
