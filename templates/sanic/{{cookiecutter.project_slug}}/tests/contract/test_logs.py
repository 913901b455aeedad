{{ verbatim("tests/contract/test_logs.py") }}
