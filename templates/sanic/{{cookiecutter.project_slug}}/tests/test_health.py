{{ verbatim("tests/test_health.py") }}
