{{ named("tests/infrastructure/test_live_events.py") }}
