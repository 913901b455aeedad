{{ verbatim("tests/contract/test_events_redis_restarts.py") }}
