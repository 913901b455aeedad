{{ named("tests/infrastructure/test_shared_redis.py") }}
