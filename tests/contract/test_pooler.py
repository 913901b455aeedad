"""A pooler in transaction mode: each transaction may be on another connection to the server."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import psycopg
import pytest
from psycopg import sql

from .backing.postgresql import PostgreSQLDatabases, ask
from .client import sign_up
from .commands import Commands
from .pooler import pooled
from .resource import Resource
from .service import Serving
from .waiting import eventually

pytestmark = pytest.mark.part("postgresql")

MIGRATIONS = (
    "SELECT relname FROM pg_class WHERE relname IN ('alembic_version', 'django_migrations')"
)
WAITING = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
LONG_SECONDS = 2
CLIENTS = 4
# More often than a driver runs a statement before it prepares it.
TIMES = 8


def test_migrations_take_turns_however_long_one_takes_and_leave_no_lock_behind(
    measured_commands: Commands, postgresql_databases: PostgreSQLDatabases
) -> None:
    url = postgresql_databases.migrated()
    with (
        pooled(url) as through_pooler,
        psycopg.connect(url, autocommit=True) as onlooker,
        ThreadPoolExecutor(2) as pool,
    ):
        settings = {
            **postgresql_databases.settings,
            "DATABASE_URL": through_pooler,
            # Which is for requests only.
            "STATEMENT_TIMEOUT_SECONDS": "1",
        }
        [table] = ask(onlooker, MIGRATIONS)
        with psycopg.connect(url) as blocker:
            lock = sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE")
            blocker.execute(lock.format(sql.Identifier(table)))
            attempts = [pool.submit(measured_commands.run, "migrate", **settings) for _ in range(2)]
            eventually(lambda: ask(onlooker, WAITING) > (0,), "one waits for the table")
            sleep(LONG_SECONDS)
        for attempt in attempts:
            assert attempt.result().returncode == 0, attempt.result().stderr
        assert ask(onlooker, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == (0,)


def test_clients_are_served_through_it(
    serving: Serving, postgresql_databases: PostgreSQLDatabases, resource: Resource
) -> None:
    with pooled(postgresql_databases.migrated()) as url:
        settings = {**postgresql_databases.settings, "DATABASE_URL": url}
        with serving(**settings) as service, service.client() as anonymous:
            token = sign_up(anonymous).token

            def call(_: int) -> list[int]:
                with service.client(token) as api:
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
