{{ verbatim("tests/contract/test_body_limits.py") }}
