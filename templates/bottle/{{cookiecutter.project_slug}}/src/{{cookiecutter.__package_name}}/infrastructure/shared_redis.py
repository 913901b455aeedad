{{ synchronous("src/infrastructure/shared_redis.py") }}
