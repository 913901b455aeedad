"""Bottle's own command, which serves the application as it serves any other."""

import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import httpx
from contract.client import sign_up
from contract.commands import environment
from contract.processes import free_port
from contract.project import PACKAGE, ROOT

migrate = import_module(f"{PACKAGE}.migrate")


# `create_app()` and not `create_app`: Bottle calls what it is given as the application itself.
SERVE = (sys.executable, "-m", "bottle", f"{PACKAGE}.web.app:create_app()")


def test_it_serves_the_application(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.sqlite3'}"
    migrate.upgrade(url)
    address = f"127.0.0.1:{free_port()}"
    with (
        subprocess.Popen(
            [*SERVE, "--bind", address],
            cwd=ROOT,
            env=environment(APP_ENV="test", DATABASE_URL=url),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as server,
        httpx.Client(base_url=f"http://{address}", trust_env=False) as client,
    ):
        try:
            await_answer(client)
            # Which sends bodies: this server does not say where they end.
            assert sign_up(client).token
        finally:
            server.terminate()


def await_answer(client: httpx.Client) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            assert client.get("/livez").json() == {"status": "ok"}
            return
        except httpx.TransportError:
            assert time.monotonic() < end
            time.sleep(0.1)
