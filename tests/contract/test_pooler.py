"""A pooler in transaction mode: each transaction may be on another connection to the server."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import sleep

import psycopg
import pytest
from psycopg import sql

from .backing.postgresql import PostgreSQLDatabases, ask
from .client import Account, sign_up
from .commands import Commands
from .pooler import pooled
from .resource import Resource
from .service import Service, Serving
from .waiting import eventually

pytestmark = [pytest.mark.part("postgresql"), pytest.mark.alike("sqlalchemy")]

MIGRATIONS = (
    "SELECT relname FROM pg_class WHERE relname IN ('alembic_version', 'django_migrations')"
)
# The server has the databases of tests that run at the same time as well.
LOCKS = (
    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
    "WHERE datname = current_database() AND locktype"
)
WAITING = f"{LOCKS} = 'relation' AND NOT granted"
TAKING_TURNS = f"{LOCKS} = 'advisory'"
LONG_SECONDS = 2
CLIENTS = 4
# More often than a driver runs a statement before it prepares it.
TIMES = 8


@dataclass(frozen=True)
class Scene:
    """A service behind the pooler, with an account, and the way straight to the database."""

    service: Service
    account: Account
    straight: str


@pytest.fixture(scope="module")
def scene(serving: Serving, postgresql_databases: PostgreSQLDatabases) -> Iterator[Scene]:
    straight = postgresql_databases.migrated()
    with pooled(straight) as url:
        settings = {**postgresql_databases.settings, "DATABASE_URL": url}
        with serving(**settings) as service, service.client() as client:
            yield Scene(service, sign_up(client), straight)


def test_migrations_take_turns_however_long_one_takes_and_leave_no_lock_and_all_else_as_it_was(
    commands: Commands, scene: Scene
) -> None:
    # Which is for requests only.
    settings = {**scene.service.settings, "STATEMENT_TIMEOUT_SECONDS": "1"}
    with (
        psycopg.connect(scene.straight, autocommit=True) as onlooker,
        ThreadPoolExecutor(2) as pool,
    ):
        [table] = ask(onlooker, MIGRATIONS)
        with psycopg.connect(scene.straight) as blocker:
            lock = sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE")
            blocker.execute(lock.format(sql.Identifier(table)))
            attempts = [pool.submit(commands.run, "migrate", **settings) for _ in range(2)]
            eventually(lambda: ask(onlooker, WAITING) > (0,), "one waits for it", within=30)
            sleep(LONG_SECONDS)
            # The other one has not come so far.
            assert ask(onlooker, WAITING) == (1,)
        for attempt in attempts:
            assert attempt.result().returncode == 0, attempt.result().stderr
        assert ask(onlooker, TAKING_TURNS) == (0,)
    with scene.service.client(scene.account.token) as api:
        assert api.get("/api/v1/users/me").json()["email"] == scene.account.email


def test_clients_are_served_through_it(scene: Scene, resource: Resource) -> None:
    def call(_: int) -> list[int]:
        with scene.service.client(scene.account.token) as api:
            return [
                status
                for _ in range(TIMES)
                for status in (
                    api.post(resource.path, json=resource.new()).status_code,
                    api.get(resource.readable).status_code,
                )
            ]

    with ThreadPoolExecutor(CLIENTS) as pool:
        for statuses in pool.map(call, range(CLIENTS)):
            assert statuses == [201, 200] * TIMES
