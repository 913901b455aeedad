"""PostgreSQL that is away, breaks off or hangs: 503 for what needs it, and recovery by itself."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from time import perf_counter, sleep
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from psycopg import sql

from .backing.postgresql import PostgreSQLDatabases, ask, table_of_tasks
from .client import Account, new_email, sign_up
from .outages import (
    CALL_SECONDS,
    PENDING,
    assert_alive,
    assert_unavailable,
    assert_unready,
    checks,
)
from .problems import assert_problem
from .processes import connections
from .proxy import Proxy, proxied
from .resource import Resource
from .service import Service, Serving
from .waiting import eventually

pytestmark = pytest.mark.part("postgresql")

RECOVERY_SECONDS = 15
# How many connections a process of the service may have at most.
POOL_SIZE = 20
CONNECTIONS = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND backend_type = 'client backend'"
)
WAITING = f"{CONNECTIONS} AND wait_event_type = 'Lock'"
# So long that the service doubts the connections that it has.
IDLE_SECONDS = 1.2


class Scene:
    """A service whose way to PostgreSQL leads through a proxy, and an account in it."""

    def __init__(
        self, service: Service, proxy: Proxy, url: str, account: Account, resource: Resource
    ) -> None:
        self.service = service
        self.proxy = proxy
        # Which goes straight to the server.
        self.url = url
        self.account = account
        self.resource = resource

    def read(self, api: httpx.Client) -> httpx.Response:
        return api.get(self.resource.readable)

    def write(self, api: httpx.Client) -> httpx.Response:
        return api.post(self.resource.path, json=self.resource.new())

    @contextmanager
    def clients(self) -> Iterator[tuple[httpx.Client, httpx.Client]]:
        """One that is not signed in, and one that is."""
        with self.service.client() as client, self.service.client(self.account.token) as api:
            yield client, api

    def assert_away(self) -> None:
        with self.clients() as (client, api):
            assert_unready(client)
            user = {"email": new_email(), "password": self.account.password}
            assert_unavailable(lambda: self.read(api))
            assert_unavailable(lambda: self.write(api))
            assert_unavailable(lambda: client.post("/api/v1/users", json=user))
            assert_unavailable(lambda: client.post("/api/v1/tokens", json=user))
            assert_alive(client)

    def assert_back(self) -> None:
        with self.clients() as (client, api):
            await_recovery(client)
            for _ in range(10):
                assert self.read(api).status_code == 200
            assert self.write(api).status_code == 201


def await_recovery(client: httpx.Client) -> None:
    eventually(
        lambda: client.get("/readyz").status_code == 200, "it is ready", within=RECOVERY_SECONDS
    )


@pytest.fixture(scope="module")
def whole_scene(
    serving: Serving, postgresql_databases: PostgreSQLDatabases, resource: Resource
) -> Iterator[Scene]:
    """All begins while the database refuses, which then hangs, then lacks its tables, and goes on
    once they are there.
    """
    straight = postgresql_databases.migrated()
    with proxied(straight) as (proxy, url):
        proxy.refuse()
        settings = {**postgresql_databases.settings, "DATABASE_URL": url}
        with (
            serving(**settings, ready_at="/livez") as service,
            service.client() as client,
        ):
            assert_unready(client)
            proxy.stall()
            proxy.listen()
            assert_unready(client)
            with without_tables(straight):
                proxy.resume()
                eventually(
                    lambda: checks(client) == PENDING, "it lacks them", within=RECOVERY_SECONDS
                )
            await_recovery(client)
            yield Scene(service, proxy, straight, sign_up(client), resource)


@contextmanager
def without_tables(url: str) -> Iterator[None]:
    """A database whose tables are out of sight meanwhile."""
    with psycopg.connect(url, autocommit=True) as administrator:
        administrator.execute("ALTER SCHEMA public RENAME TO hidden")
        administrator.execute("CREATE SCHEMA public")
        yield
        administrator.execute("DROP SCHEMA public")
        administrator.execute("ALTER SCHEMA hidden RENAME TO public")


@pytest.fixture
def scene(whole_scene: Scene) -> Scene:
    """The scene with the database back, whatever the test before has left."""
    whole_scene.proxy.resume()
    whole_scene.proxy.listen()
    whole_scene.assert_back()
    return whole_scene


def test_a_database_that_refuses_is_away_until_it_is_back(scene: Scene) -> None:
    scene.proxy.refuse()
    scene.assert_away()
    scene.proxy.listen()
    scene.assert_back()


@pytest.mark.alike("sqlalchemy")
def test_a_server_that_shuts_down_is_away_until_it_takes_connections_again(
    scene: Scene, postgresql_databases: PostgreSQLDatabases
) -> None:
    # Of one database only, as the tests share the server: an administrator ends the connections,
    # and the server itself refuses new ones.
    name = urlsplit(scene.url).path.removeprefix("/")
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(postgresql_databases.server_url, autocommit=True) as administrator:
        administrator.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
        administrator.execute(end, [name])
        scene.assert_away()
        administrator.execute(allow.format(sql.Identifier(name), sql.SQL("true")))
    scene.assert_back()


def test_a_database_that_hangs_is_away_until_it_is_back(scene: Scene) -> None:
    scene.proxy.stall()
    scene.assert_away()
    scene.proxy.resume()
    scene.assert_back()


@pytest.mark.alike("sqlalchemy")
def test_connections_that_nobody_used_for_a_while_are_used_again(scene: Scene) -> None:
    accepted = scene.proxy.accepted
    sleep(IDLE_SECONDS)
    with scene.clients() as (_client, api):
        assert scene.read(api).status_code == 200
    assert scene.proxy.accepted == accepted


@pytest.mark.alike("sqlalchemy")
def test_a_connection_that_broke_off_while_nobody_used_it_is_replaced(scene: Scene) -> None:
    scene.proxy.cut()
    sleep(IDLE_SECONDS)
    with scene.clients() as (_client, api):
        assert scene.read(api).status_code == 200
        assert scene.write(api).status_code == 201


@pytest.mark.alike("sqlalchemy")
def test_a_database_that_hangs_while_nobody_uses_it_is_away(scene: Scene) -> None:
    scene.proxy.stall()
    sleep(IDLE_SECONDS)
    scene.assert_away()
    scene.proxy.resume()
    scene.assert_back()


@pytest.mark.alike("sqlalchemy")
def test_a_database_that_hangs_and_then_breaks_off_comes_back(scene: Scene) -> None:
    scene.proxy.stall()
    with scene.clients() as (client, api):
        assert_unavailable(lambda: scene.read(api))
        scene.proxy.refuse()
        assert_unready(client)
    scene.proxy.resume()
    scene.proxy.listen()
    scene.assert_back()


def test_many_calls_to_a_database_that_hangs_are_all_answered_in_time(scene: Scene) -> None:
    def call(_: int) -> None:
        with scene.clients() as (_client, api):
            assert_unavailable(lambda: scene.read(api))

    scene.proxy.stall()
    with ThreadPoolExecutor(40) as pool, scene.clients() as (client, _):
        calls = [pool.submit(call, number) for number in range(40)]
        while not all(future.done() for future in calls):
            assert_alive(client)
        assert_no_failures(calls)
    eventually(
        lambda: connections(scene.service.leader, scene.proxy.port) == 0,
        "no connection is left of what was tried",
    )
    scene.proxy.resume()
    scene.assert_back()


def assert_no_failures(calls: list[Future[None]]) -> None:
    for future in calls:
        future.result()


@pytest.mark.alike("sqlalchemy")
def test_connections_that_break_off_under_load_cost_503_at_most(scene: Scene) -> None:
    over = Event()

    def call(_: int) -> set[tuple[str, int]]:
        statuses = set()
        with scene.clients() as (_client, api):
            while not over.is_set():
                began = perf_counter()
                statuses.add(("read", scene.read(api).status_code))
                statuses.add(("write", scene.write(api).status_code))
                assert perf_counter() - began < 2 * CALL_SECONDS
        return statuses

    with ThreadPoolExecutor(6) as pool, scene.clients() as (client, _):
        calls = [pool.submit(call, number) for number in range(6)]
        for _ in range(3):
            scene.proxy.cut()
            await_recovery(client)
        over.set()
        seen = set().union(*(future.result() for future in calls))
    # A write that breaks off as it is committed may be done.
    broken = {("read", 503), ("write", 503), ("write", 500)}
    assert {("read", 200), ("write", 201)} <= seen <= {("read", 200), ("write", 201), *broken}
    scene.assert_back()


@pytest.mark.part("tasks")
def test_a_write_whose_commit_has_no_answer_is_not_told_to_be_undone(scene: Scene) -> None:
    with (
        psycopg.connect(scene.url, autocommit=True) as onlooker,
        scene.clients() as (_client, api),
    ):
        count = sql.SQL("SELECT count(*) FROM {}").format(table_of_tasks(onlooker))
        [before] = ask(onlooker, count)
        with scene.proxy.losing_commits():
            problem = assert_problem(scene.write(api), 500)
        eventually(lambda: ask(onlooker, count) == (before + 1,), "it is done all the same")
    eventually(
        lambda: any(
            line["event"] != "request" and line.get("exception")
            for line in scene.service.log(problem["request_id"])
        ),
        "its traceback is logged",
    )
    scene.proxy.listen()
    scene.assert_back()


@pytest.mark.part("tasks")
@pytest.mark.alike("sqlalchemy")
def test_a_locked_table_uses_up_no_connections_and_what_is_told_503_is_not_done(
    scene: Scene,
) -> None:
    def call(_: int) -> None:
        with scene.clients() as (_client, api):
            assert_unavailable(lambda: scene.write(api))

    with (
        psycopg.connect(scene.url, autocommit=True) as onlooker,
        ThreadPoolExecutor(30) as pool,
        scene.clients() as (client, api),
    ):
        table = table_of_tasks(onlooker)
        count = sql.SQL("SELECT count(*) FROM {}").format(table)
        before = ask(onlooker, count)
        with psycopg.connect(scene.url) as blocker:
            blocker.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(table))
            calls = [pool.submit(call, number) for number in range(60)]
            most = 0
            while not all(future.done() for future in calls):
                assert_alive(client)
                most = max(most, *ask(onlooker, CONNECTIONS))
            assert_no_failures(calls)
            # Nobody waits for it any more, so the server does not go on with it either.
            waiting = "nobody waits for the lock"
            eventually(lambda: ask(onlooker, WAITING) == (0,), waiting, within=30)
        assert 2 < most <= POOL_SIZE + 2
        assert ask(onlooker, count) == before
        assert scene.write(api).status_code == 201
