"""What the services of all scenarios stand on."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from tests.contract.backing._postgresql_server import PostgreSQLServer, postgresql_server
from tests.contract.backing.postgresql import PostgreSQLDatabases
from tests.contract.backing.sqlite import SQLiteDatabases
from tests.contract.commands import Commands
from tests.redis_server import RedisServer

from .clock import Clock
from .pgbouncer import PgBouncer, pgbouncer

WORKERS = 2


class On(Enum):
    """What a service stands on; all but SQLITE have PostgreSQL and Redis."""

    POSTGRESQL = auto()
    PGBOUNCER = auto()
    SQLITE = auto()
    # With a clock that can be set.
    CLOCK = auto()


@dataclass(frozen=True)
class Stage:
    """What there is; a scenario leaves it as it was."""

    commands: Commands
    databases: PostgreSQLDatabases
    files: SQLiteDatabases
    postgresql: PostgreSQLServer
    pooler: PgBouncer
    redis: RedisServer
    clock: Clock

    def settings(self, on: On) -> dict[str, str]:
        """Those of a service, with a database of its own."""
        common = {"WEB_CONCURRENCY": str(WORKERS)}
        if on is On.SQLITE:
            return {**self.files.settings, **common, "DATABASE_URL": self.files.migrated()}
        common |= {**self.databases.settings, "REDIS_URL": self.redis.url}
        url = self.databases.migrated()
        if on is On.PGBOUNCER:
            return {**common, "DATABASE_URL": self.pooler.before(url)}
        if on is On.CLOCK:
            common |= self.clock.settings
        return {**common, "DATABASE_URL": url}

    def straight(self, url: str) -> str:
        """The URL of a service's database, past what stands before it."""
        if url.startswith("sqlite"):
            return url
        return urlsplit(self.postgresql.url)._replace(path=urlsplit(url).path).geturl()


@contextmanager
def built(commands: Commands) -> Iterator[Stage]:
    """All of it, running."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="failure-")))
        server = stack.enter_context(postgresql_server())
        databases = PostgreSQLDatabases(server.url)
        databases.prepare(commands)
        yield Stage(
            commands=commands,
            databases=databases,
            files=SQLiteDatabases(commands, folder),
            postgresql=server,
            pooler=stack.enter_context(pgbouncer(server.port)),
            redis=stack.enter_context(RedisServer()),
            clock=Clock(folder),
        )
