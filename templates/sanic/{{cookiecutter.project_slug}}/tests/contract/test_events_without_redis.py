{{ verbatim("tests/contract/test_events_without_redis.py") }}
