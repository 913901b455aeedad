"""What fails, and how: a scenario returns when it is over, or when nobody does more about it."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import sleep

import psutil
import psycopg
from psycopg import sql

from tests.contract.backing.postgresql import table_of_tasks
from tests.contract.backing.sqlite import path_of
from tests.contract.processes import group, workers
from tests.contract.service import OwnService
from tests.contract.waiting import eventually

from .stage import On, Stage

# A head, and the first byte of a body.
STALLING = (
    b"POST /api/v1/tokens HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
)
# More than the service's log has.
FULL = 1024 * 1024


@dataclass(frozen=True)
class Scene:
    """A service under load; `database` is the URL that goes straight to its database."""

    stage: Stage
    service: OwnService
    database: str


@dataclass(frozen=True)
class Scenario:
    """Something that fails.

    is_noticed: whether what needs it may be 503 meanwhile.
    restarts: how many workers are started anew, whose connections are cut off.
    """

    name: str
    happens: Callable[[Scene], None]
    on: On = On.POSTGRESQL
    is_noticed: bool = True
    restarts: int = 0


def postgresql_stops(scene: Scene) -> None:
    scene.stage.postgresql.stop()
    sleep(10)
    scene.stage.postgresql.start()


def postgresql_hangs(scene: Scene) -> None:
    with scene.stage.postgresql.paused():
        sleep(10)


def a_table_is_locked(scene: Scene) -> None:
    with psycopg.connect(scene.database) as blocker:
        lock = sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE")
        blocker.execute(lock.format(table_of_tasks(blocker)))
        sleep(20)


# Writes take so long, where `slow` says so; that is less than a statement may take.
SLOW_WRITES = """
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER slow BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION slow();
"""
SLOW = """
CREATE OR REPLACE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql
AS 'BEGIN PERFORM pg_sleep({}); RETURN NEW; END'
"""


def the_pools_are_exhausted(scene: Scene) -> None:
    with psycopg.connect(scene.database, autocommit=True) as administrator:
        administrator.execute(sql.SQL(SLOW_WRITES).format(table_of_tasks(administrator)))
        for seconds, then in ((2.5, 10), (0, 0)):
            administrator.execute(sql.SQL(SLOW).format(seconds))
            sleep(then)


def pgbouncer_is_restarted(scene: Scene) -> None:
    scene.stage.pooler.stop()
    scene.stage.pooler.start()


def redis_stops(scene: Scene) -> None:
    scene.stage.redis.stop()
    sleep(10)
    scene.stage.redis.start()


def redis_hangs(scene: Scene) -> None:
    with scene.stage.redis.paused():
        sleep(10)


def a_worker_is_killed(scene: Scene) -> None:
    workers(scene.service.leader)[0].kill()


def clients_stall(scene: Scene) -> None:
    with ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(scene.service.socket()).sendall(STALLING)
        sleep(10)


def the_disk_is_full(scene: Scene) -> None:
    """No file can have more than FULL bytes, which any user may say; others can't be grown either.

    A system whose disk is full says ENOSPC, for which SQLite has another error than for this EFBIG.
    """
    journal = Path(f"{path_of(scene.database)}-wal")
    eventually(lambda: journal.stat().st_size > FULL, "it has written more than that", within=30)
    processes = group(scene.service.leader)
    _, most = processes[0].rlimit(psutil.RLIMIT_FSIZE)
    for limit, then in ((FULL, 10), (most, 0)):
        for process in processes:
            process.rlimit(psutil.RLIMIT_FSIZE, (limit, most))
        sleep(then)


def the_clock_is_set_back(scene: Scene) -> None:
    before = scene.service.log()[-1]["timestamp"]
    with scene.stage.clock.shifted(-3600):
        sleep(10)
        assert scene.service.log()[-1]["timestamp"] < before


SCENARIOS = (
    Scenario("PostgreSQL stops for 10 s", postgresql_stops),
    Scenario("PostgreSQL hangs for 10 s", postgresql_hangs),
    Scenario("a table is locked for 20 s", a_table_is_locked),
    Scenario("each write takes 2.5 s, for 10 s: the pools are exhausted", the_pools_are_exhausted),
    Scenario("PgBouncer is restarted", pgbouncer_is_restarted, on=On.PGBOUNCER),
    Scenario("Redis stops for 10 s", redis_stops, is_noticed=False),
    Scenario("Redis hangs for 10 s", redis_hangs, is_noticed=False),
    Scenario("a worker is killed by -9", a_worker_is_killed, is_noticed=False, restarts=1),
    Scenario("200 clients stall for 10 s", clients_stall, is_noticed=False),
    Scenario("SQLite's disk is full for 10 s", the_disk_is_full, on=On.SQLITE),
    Scenario(
        "the clock is set back an hour, and after 10 s put right",
        the_clock_is_set_back,
        on=On.CLOCK,
        is_noticed=False,
    ),
)
