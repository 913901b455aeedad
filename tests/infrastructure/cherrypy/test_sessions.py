"""Sessions in Redis: what one command comes to is not told of the others."""

from browser import client_of
from conftest import MakeApp
from pydantic import SecretStr
from redis import Redis
from redis_server import RedisServer


def test_a_redis_that_refuses_a_command_is_asked_the_next(
    make_app: MakeApp, redis: RedisServer
) -> None:
    client = client_of(make_app(redis_url=SecretStr(redis.url)))
    client.headers["Cookie"] = f"session={'0' * 40}"
    with Redis.from_url(redis.url) as other:
        # A list can't be read as a session.
        other.rpush(f"session:{'0' * 40}", "x")
        assert client.get("/account").status_code == 503
        other.flushall()
    assert client.get("/account").status_code == 200
