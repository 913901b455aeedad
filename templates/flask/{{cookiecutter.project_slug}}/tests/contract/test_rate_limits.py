{{ verbatim("tests/contract/test_rate_limits.py") }}
