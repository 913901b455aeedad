"""Build the images of projects by Docker, and run them: `python -m bench.images NAME=PROJECT…`.

Each is run as docs/production.md of the project has it, read-only and without a capability: it has
to migrate, to answer, and to stop. Prints a table: what it takes of the disk, how soon it answers,
and what it takes of memory once it has nothing to do.
"""

import argparse
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from secrets import token_hex

import psycopg

from tests.contract.backing._postgresql_server import postgresql_server
from tests.contract.processes import free_port

from .services import say

CONFINED = (
    "--network=host",
    "--read-only",
    "--tmpfs=/tmp",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
)
# Until it is an error that nothing has answered.
PATIENCE_SECONDS = 60
# Until what the start has taken is given back.
IDLE_SECONDS = 5
RUNS = 3


def main() -> None:
    """Measure each, and print the table."""
    parser = argparse.ArgumentParser(prog="bench.images", description=__doc__)
    parser.add_argument("projects", nargs="+", metavar="NAME=PROJECT")
    say("| template | image, MB | first answer after, s | memory when idle, MiB |")
    say("| --- | --- | --- | --- |")
    with postgresql_server() as server:
        for each in parser.parse_args().projects:
            name, _, project = each.partition("=")
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            url = f"{server.url.rpartition('/')[0]}/{name}"
            figures = measure(f"{Path(project).name}:{name}", Path(project), url)
            say(f"| `{name}` | {' | '.join(figures)} |")


def is_docker_there() -> bool:
    """Whether its engine answers, where all there is may be the program."""
    try:
        return not subprocess.run(["docker", "info"], capture_output=True, check=False).returncode
    except FileNotFoundError:
        return False


def size(image: str, project: Path) -> float:
    """How many megabytes of the disk an image takes, which is built."""
    docker("build", "--quiet", "--tag", image, str(project))
    of_disk = ("--rm", "--user=0", "--entrypoint=du", image, "-sx", "--block-size=MB", "/")
    return float(docker("run", *of_disk).partition("MB")[0])


def measure(image: str, project: Path, database_url: str) -> tuple[str, str, str]:
    """The figures of an image, which is built; they are of one with two workers."""
    megabytes = size(image, project)
    port = free_port()
    settings = {
        "DATABASE_URL": database_url,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "SECRET_KEY": token_hex(32),
    }
    given = [*CONFINED, *(f"--env={name}={value}" for name, value in settings.items()), image]
    docker("run", "--rm", *given, project.name, "migrate")
    # The best of several: other work only makes it slower.
    start, memory = map(min, zip(*(serve(port, given) for _ in range(RUNS)), strict=True))
    return f"{megabytes:.0f}", f"{start:.1f}", f"{memory:.0f}"


def serve(port: int, options: list[str]) -> tuple[float, float]:
    """After how many seconds it answers, and the mebibytes that it has when it is idle."""
    began = time.perf_counter()
    with running(*options) as container:
        wait_for(f"http://127.0.0.1:{port}/livez")
        start = time.perf_counter() - began
        wait_for(f"http://127.0.0.1:{port}/readyz")
        time.sleep(IDLE_SECONDS)
        used = docker("stats", "--no-stream", "--format={{.MemUsage}}", container)
        docker("stop", "-t", "45", container)
        status = docker("inspect", "--format={{.State.ExitCode}}", container)
        if status != "0":
            sys.exit(f"it has ended with {status}: {docker('logs', container)}")
    return start, mebibytes(used)


@contextmanager
def running(*options: str) -> Iterator[str]:
    """A container, by its id."""
    container = docker("run", "--detach", *options)
    try:
        yield container
    finally:
        docker("rm", "--force", container)


def wait_for(url: str) -> None:
    """Return once the answer is 200."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (OSError, HTTPException) as error:
            if time.monotonic() > until:
                sys.exit(f"{url} has not answered: {error}")
        time.sleep(0.02)


def mebibytes(usage: str) -> float:
    """Of what Docker says, such as `1.2GiB / 16GiB`."""
    found = re.match(r"([\d.]+)([KMG])iB", usage)
    assert found, usage
    return float(found[1]) * {"K": 1 / 1024, "M": 1, "G": 1024}[found[2]]


def docker(*arguments: str) -> str:
    """What a command says."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"docker {arguments[0]} failed: {done.stdout}{done.stderr}")
    return done.stdout.strip()


if __name__ == "__main__":
    main()
