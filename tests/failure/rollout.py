"""Rolls a new version out under load, and back: `python -m tests.failure.rollout --project PATH`.

As a project's docs/production.md says: tables first, then one instance after the other. Four places
for instances are behind Caddy, which passes requests on to those that are ready.
"""

import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

from bench.services import say
from tests.contract.backing._postgresql_server import postgresql_server
from tests.contract.backing.postgresql import PostgreSQLDatabases
from tests.contract.client import connect, sign_up
from tests.contract.commands import Commands
from tests.contract.processes import free_port
from tests.contract.project import project_at
from tests.contract.service import OwnService, running
from tests.contract.tasks import create_task
from tests.redis_server import RedisServer

from .caddy import INTERVAL_SECONDS, caddy
from .load import Load, counted, list_titles
from .versions import next_version

STEP_SECONDS = 4
# Until Caddy has noticed, and some more.
DRAIN_SECONDS = 4 * INTERVAL_SECONDS
HEADER = (
    "| what has been done | answers since | of the version before, in all | of the new one |\n"
    "| --- | --- | --- | --- |"
)


@dataclass(frozen=True)
class Version:
    """Code that is deployed, and its instances, which `ending` ends."""

    commands: Commands
    settings: dict[str, str]
    ending: ExitStack
    instances: list[OwnService] = field(default_factory=list)

    def start(self, port: int, *, ready_at: str = "/readyz") -> OwnService:
        settings = {**self.settings, "PORT": str(port)}
        instance = self.ending.enter_context(running(self.commands, settings, ready_at=ready_at))
        self.instances.append(instance)
        return instance

    def migrate(self) -> None:
        self.commands.migrate(**self.settings)

    def answers(self) -> int:
        """How many requests it has answered, those of probes left out."""
        lines = (line for instance in self.instances for line in instance.log())
        return sum(line["event"] == "request" for line in lines)


def roll(before: Version, new: Version, ports: list[int]) -> Iterator[str]:
    """Do it, step by step; yields what has been done."""
    old = [before.start(port) for port in ports[:2]]
    yield "two instances serve"
    early = new.start(ports[2], ready_at="/livez")
    with early.client() as client:
        checks = client.get("/readyz").json()["checks"]
    assert checks == {"database": "ok", "migrations": "pending"}, checks
    yield "one of the new version has been started too early: its tables are missing"
    assert new.answers() == 0, "it was asked all the same"
    new.migrate()
    early.await_start("/readyz")
    later = new.start(ports[3])
    yield "`migrate`, and another one of the new version"
    stop(*old)
    yield "the version before has been stopped"
    before.migrate()
    for port in ports[:2]:
        before.start(port)
    yield "back: `migrate`, and two of the version before, whose tables are newer"
    stop(early, later)
    yield "the new version has been stopped"


def stop(*instances: OwnService) -> None:
    """One after the other."""
    for instance in instances:
        assert instance.stop() == 0
        instance.is_over = True


def main(arguments: Sequence[str]) -> int:
    parser = ArgumentParser(prog="python -m tests.failure.rollout", description=__doc__)
    parser.add_argument("--project", type=Path, required=True, metavar="PATH")
    commands = Commands(project_at(parser.parse_args(arguments).project.resolve()))
    # As an interrupt does, SIGTERM ends what has been started, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    ports = [free_port() for _ in range(4)]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="rollout-")))
        databases = PostgreSQLDatabases(stack.enter_context(postgresql_server()).url)
        databases.prepare(commands)
        settings = {
            **databases.settings,
            "DATABASE_URL": databases.migrated(),
            "REDIS_URL": stack.enter_context(RedisServer()).url,
            "DRAIN_SECONDS": str(DRAIN_SECONDS),
        }
        before = Version(commands, settings, stack)
        new = Version(next_version(commands, folder), settings, stack)
        steps = roll(before, new, ports)
        done = next(steps)
        url = stack.enter_context(caddy(ports))
        # Until it knows who is not there.
        sleep(2 * INTERVAL_SECONDS)
        return watch(done, steps, url, before, new)


def watch(done: str, steps: Iterator[str], url: str, before: Version, new: Version) -> int:
    """Print a row for each step, all of them under load; 1 if a request was lost."""
    with connect(url) as client:
        account = sign_up(client)
    say(HEADER)
    with connect(url, account.token) as api:
        load = Load(url, account, f"/api/v1/tasks/{create_task(api)['id']}")
        told = 0
        with load.running():
            for step in chain([done], steps):
                sleep(STEP_SECONDS)
                since, told = load.answers[told:], len(load.answers)
                say(f"| {step} | {counted(since)} | {before.answers()} | {new.answers()} |")
        lost = [answer for answer in load.answers if not answer.is_fine]
        missing = load.titles(201) - {*list_titles(api)}
    say(f"\nIn all: {counted(load.answers)}; 201, and missing: {len(missing)}")
    for answer in lost[:5]:
        say(f"{answer.what}: {answer.status or 'cut off'} {answer.said}")
    return int(bool(lost or missing))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
