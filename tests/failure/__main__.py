"""Lets one thing after the other fail: `python -m tests.failure --project PATH`."""

import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic, sleep

from bench.services import say
from tests.contract.client import sign_up
from tests.contract.commands import Commands
from tests.contract.processes import workers
from tests.contract.project import project_at
from tests.contract.service import OwnService, running
from tests.contract.tasks import create_task

from .load import Load, list_titles
from .outcome import HEADER, Outcome
from .scenarios import SCENARIOS, Scenario, Scene
from .stage import Stage, built
from .watch import watched

BEFORE_SECONDS = 3
# So long that what should be back is seen to be, and to stay.
AFTER_SECONDS = 8


def main(arguments: Sequence[str]) -> int:
    parser = ArgumentParser(prog="python -m tests.failure", description=__doc__)
    parser.add_argument("--project", type=Path, required=True, metavar="PATH")
    parser.add_argument("-k", default="", metavar="TEXT", help="only what has this in its name")
    chosen = parser.parse_args(arguments)
    # As an interrupt does, SIGTERM ends what has been started, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    commands = Commands(project_at(chosen.project.resolve()))
    are_missed = False
    say(HEADER)
    with built(commands) as stage:
        for scenario in SCENARIOS:
            if chosen.k in scenario.name:
                outcome = play(scenario, stage)
                say(outcome.row())
                are_missed |= any(outcome.missed())
    return int(are_missed)


def play(scenario: Scenario, stage: Stage) -> Outcome:
    """Let it happen to a service of its own."""
    settings = stage.settings(scenario.on)
    with running(stage.commands, settings) as service, service.client() as client:
        account = sign_up(client)
        with service.client(account.token) as api, watched(service) as seen:
            readable = f"/api/v1/tasks/{create_task(api)['id']}"
            load = Load(service.url, account, readable)
            with load.running():
                sleep(BEFORE_SECONDS)
                first = {worker.pid for worker in workers(service.leader)}
                began = monotonic()
                scenario.happens(Scene(stage, service, stage.straight(settings["DATABASE_URL"])))
                ended = monotonic()
                sleep(AFTER_SECONDS)
            titles = {*list_titles(api)}
        return Outcome(
            scenario=scenario,
            load=load,
            began=began,
            ended=ended,
            titles=titles,
            unknown={*unknown(service)},
            connections=seen.connections,
            restarts=len(seen.workers - first),
        )


def unknown(service: OwnService) -> Iterator[str]:
    """The ids of the requests whose outcome nobody knows, as is logged with a traceback."""
    for line in service.log("CommitLost"):
        yield line["request_id"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
