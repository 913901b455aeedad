{{ verbatim("tests/contract/test_events_limits.py") }}
