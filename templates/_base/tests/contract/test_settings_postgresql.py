"""Where production is on PostgreSQL, it refuses to keep its data in an SQLite file."""

import secrets
import subprocess
from tempfile import TemporaryDirectory

import httpx
import pytest

from .client import connect
from .commands import environment, run
from .processes import free_port, kill_group
from .project import COMMAND
from .test_settings import assert_refused
from .waiting import eventually

SECRET = secrets.token_hex(8)


@pytest.mark.parametrize("url", ["sqlite:////tmp/service.sqlite3", "sqlite://"])
def test_production_refuses_sqlite(url: str) -> None:
    settings = {"APP_ENV": "production", "SECRET_KEY": secrets.token_urlsafe(48)}
    done = run("serve", **settings, PORT=str(free_port()), DATABASE_URL=url)
    assert_refused(done, "DATABASE_URL")


def test_a_migration_says_that_the_database_is_away() -> None:
    url = f"postgresql://user:{SECRET}@127.0.0.1:{free_port()}/service"
    done = run("migrate", APP_ENV="test", DATABASE_URL=url)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.startswith("Error: the database is away: ")
    assert SECRET not in done.stdout + done.stderr


def test_development_on_postgresql_migrates_nothing() -> None:
    port = free_port()
    url = f"postgresql://user:{SECRET}@127.0.0.1:{free_port()}/service"
    with TemporaryDirectory(prefix="development-") as folder:
        process = subprocess.Popen(
            COMMAND,
            cwd=folder,
            env=environment(PORT=str(port), DATABASE_URL=url),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            with connect(f"http://127.0.0.1:{port}") as client:
                eventually(lambda: is_up(client), "it serves", within=30)
                assert client.get("/readyz").status_code == 503
            process.terminate()
            assert process.wait(timeout=20) == 0
        finally:
            kill_group(process.pid)
            process.wait()


def is_up(client: httpx.Client) -> bool:
    try:
        return client.get("/livez").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
