{{ verbatim("tests/contract/test_events.py") }}
