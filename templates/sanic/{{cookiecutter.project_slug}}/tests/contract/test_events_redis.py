{{ verbatim("tests/contract/test_events_redis.py") }}
