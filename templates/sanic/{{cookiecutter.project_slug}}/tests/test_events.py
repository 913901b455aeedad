{{ verbatim("tests/test_events.py") }}
