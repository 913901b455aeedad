{{ verbatim("tests/contract/backing/redis.py") }}
