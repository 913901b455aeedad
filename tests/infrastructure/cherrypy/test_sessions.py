"""Sessions: all processes have them, and what one command comes to is not told of the others."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from browser import CREDENTIALS, Browser, client_of
from conftest import MakeApp
from pydantic import SecretStr
from redis import Redis
from redis_server import RedisServer

ELSEWHERE = """
import sys
from httpx import Client, WSGITransport
from task_service.web.app import create_app

with Client(transport=WSGITransport(app=create_app()), base_url="http://testserver") as client:
    sys.stdout.write(client.get("/account", cookies=dict(session=sys.argv[1])).text)
"""


@pytest.mark.parametrize("in_redis", [False, True], ids=["files", "redis"])
def test_another_process_knows_who_is_signed_in(
    make_app: MakeApp,
    redis: RedisServer,
    in_redis: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    app = make_app(redis_url=SecretStr(redis.url) if in_redis else None)
    assert client_of(app).post("/api/v1/users", json=CREDENTIALS).status_code == 201
    browser = Browser(app)
    browser.sign_in()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ELSEWHERE, browser.session],
        env={
            **os.environ,
            "APP_ENV": "test",
            "TMPDIR": str(tmp_path),
            "DATABASE_URL": app.services.settings.database_url.get_secret_value(),
            **({"REDIS_URL": redis.url} if in_redis else {}),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "<strong>ada@example.com</strong>" in done.stdout


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
