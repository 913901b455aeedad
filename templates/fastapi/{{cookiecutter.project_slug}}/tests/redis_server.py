{{ verbatim("tests/redis_server.py") }}
