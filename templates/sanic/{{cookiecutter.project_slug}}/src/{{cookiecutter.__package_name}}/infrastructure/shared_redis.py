{{ verbatim("src/infrastructure/shared_redis.py") }}
