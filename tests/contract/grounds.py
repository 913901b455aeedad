"""What all processes of a run stand on: made once, and given to each of them by its address."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from filelock import FileLock

from ..redis_server import RedisServer
from .backing import Databases
from .backing._postgresql_server import postgresql_server
from .backing.postgresql import PostgreSQLDatabases, is_given
from .backing.sqlite import SQLiteDatabases
from .commands import Commands
from .configured import CONFIGURED
from .jobs import working
from .mails import PUBLIC_URL, SENDER, mail_server
from .service import OwnService, Service, running


@dataclass(frozen=True)
class Grounds:
    """Addresses; all of it is plain, so that it can be sent to other processes.

    postgresql: the URL of the server with the name of the database that is copied, if there is one.
    services: those that tests share, by name: the settings of each, its folder and its process.
    mails: where those are that come to the server at smtp_url, as from the configured service.
    """

    folder: str
    redis: str
    postgresql: tuple[str, str] | None
    services: dict[str, tuple[dict[str, str], str, int]]
    mails: str
    smtp_url: str

    def service(self, name: str) -> Service:
        """A service that all processes share, once it is ready."""
        settings, folder, leader = self.services[name]
        shared = Service(settings, Path(folder), leader)
        shared.await_start("/readyz")
        return shared

    def once(self, name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What has been made by the first process that asked for it; `make` gives plain data."""
        file = Path(self.folder, f"{name}.json")
        with FileLock(f"{file}.lock"):
            if not file.exists():
                file.write_text(json.dumps(make()), "utf-8")
        made: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return made


@contextmanager
def laid(commands: Commands, *, on_postgresql: bool, workers: int) -> Iterator[Grounds]:
    """Start all of it; services need not be ready yet, but have to end well."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="contract-")))
        redis = stack.enter_context(RedisServer()).url
        databases: Databases = SQLiteDatabases(commands, folder)
        postgresql = None
        if on_postgresql:
            databases = stack.enter_context(_postgresql(commands))
            postgresql = (databases.server_url, databases.template)
        default = {"WEB_CONCURRENCY": str(workers)}
        if workers > 1:
            # With more than one process it is what they tell each other by.
            default["REDIS_URL"] = redis
        services = {}
        mails = folder / "mails"
        smtp_url = stack.enter_context(mail_server(mails))
        sending = {"SMTP_URL": smtp_url, "MAIL_FROM": SENDER, "PUBLIC_URL": PUBLIC_URL}
        for name, settings in {"default": default, "configured": CONFIGURED | sending}.items():
            database = {**databases.settings, "DATABASE_URL": databases.migrated()}
            served = stack.enter_context(_served(commands, {**database, **settings}))
            services[name] = (served.settings, str(served.folder), served.leader)
        # The other one sends no mails.
        stack.enter_context(working(commands, services["configured"][0]))
        yield Grounds(str(folder), redis, postgresql, services, str(mails), smtp_url)


@contextmanager
def _postgresql(commands: Commands) -> Iterator[PostgreSQLDatabases]:
    """Databases in the server at TEST_DATABASE_URL, else in one of our own."""
    with ExitStack() as stack:
        if is_given():
            url = os.environ["TEST_DATABASE_URL"]
        else:
            url = stack.enter_context(postgresql_server()).url
        databases = PostgreSQLDatabases(url)
        databases.prepare(commands)
        yield databases
        if is_given():
            databases.drop_all()


@contextmanager
def _served(commands: Commands, settings: dict[str, str]) -> Iterator[OwnService]:
    with running(commands, settings, ready_at=None) as service:
        yield service
        # What clients do, however odd, is no error of the service.
        faults = _faults(service.printed())
        assert not faults, "\n".join(faults)


def _faults(printed: str) -> list[str]:
    """The lines that hold a traceback, as those of a log do, or begin one, with what follows."""
    lines = printed.splitlines()
    return [
        "\n".join(lines[index : index + 40])
        for index, line in enumerate(lines)
        if "Traceback" in line
    ]
