"""What is measured: a generated service, started as in production, and its bare framework."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from tests.contract.processes import free_port

HERE = Path(__file__).parent
# What `small` adds to a service, and what each bare framework has.
SMALL = "/api/v1/small"
PATIENCE_SECONDS = 30
CREDENTIALS = {"email": "bench@example.com", "password": "correct horse battery"}


class Running(NamedTuple):
    """A server: where it answers, its first process, and after how many seconds it answered."""

    base: str
    pid: int
    start: float


class Service:
    """A project, with an endpoint `small`, or a job, of its own, and a database of its own."""

    def __init__(
        self,
        project: Path,
        url: str,
        folder: Path,
        *,
        small: Path | None = None,
        job: Path | None = None,
    ) -> None:
        self._log = folder / "service.log"
        self._python = programs(project) / "python"
        source = (project / "src").resolve()
        if small:
            source = _with_feature(project, small, folder)
        if job:
            source = _with_feature(project, job, folder, "jobs.py")
        [self._package] = [path.parent.name for path in source.glob("*/features.py")]
        self._environment = {
            "APP_ENV": "production",
            "DATABASE_URL": url,
            "SECRET_KEY": "of-the-benchmark-and-of-nothing-else",
            "PYTHONPATH": str(source),
        }
        self._command("migrate")

    @contextmanager
    def running(self, workers: int = 1) -> Iterator[Running]:
        """Have it serve."""
        command = [str(self._python), "-m", self._package, "serve"]
        environment = self._environment | {"WEB_CONCURRENCY": str(workers)}
        with running(command, environment, self._log) as server:
            yield server

    @contextmanager
    def working(self) -> Iterator[subprocess.Popen[bytes]]:
        """Have a worker do its jobs."""
        command = [str(self._python), "-m", self._package, "worker"]
        with self._log.open("ab") as log:
            worker = subprocess.Popen(
                command, env=os.environ | self._environment, stdout=log, stderr=log
            )
        try:
            yield worker
        finally:
            _stop(worker)

    def _command(self, name: str) -> None:
        command = [str(self._python), "-m", self._package, name]
        with self._log.open("ab") as log:
            subprocess.run(
                command, check=True, env=os.environ | self._environment, stdout=log, stderr=log
            )


class Bare:
    """A framework and nothing else, on the same server, with the tables of a service."""

    def __init__(self, template: str, project: Path, url: str, folder: Path) -> None:
        self._log = folder / "bare.log"
        # Loaded from a folder of its own: the file's name is that of the framework.
        file = folder / f"bare_{template}.py"
        source = (HERE / "bare" / f"{template}.py").read_text("utf-8")
        file.write_text(source, "utf-8")
        shutil.copy(HERE / "bare" / "tables.py", folder)
        interface = "asgi" if "await " in source else "wsgi"
        if "__main__" in source:
            # It is a server itself.
            self._command = [str(programs(project) / "python"), str(file)]
        else:
            self._command = [str(programs(project) / "granian"), "--interface", interface]
            self._command += ["--working-dir", str(folder), f"{file.stem}:app"]
        if interface == "wsgi":
            # As many as the service has.
            self._command += ["--blocking-threads", "64"]
        self._environment = {
            "BENCH_DATABASE_URL": url.replace("postgresql://", "postgresql+psycopg://")
        }

    @contextmanager
    def running(self) -> Iterator[Running]:
        """Have it serve, with one worker."""
        with running(self._command, self._environment, self._log, SMALL) as server:
            yield server


def _with_feature(project: Path, source: Path, folder: Path, module: str = "") -> Path:
    """A copy of a project's source to which a feature of one module has been added.

    module: its file, for one that is no endpoint.
    """
    copy = folder / "src"
    shutil.copytree(project / "src", copy)
    [features] = copy.glob("*/features.py")
    features.write_text(f"{features.read_text('utf-8')}\nFEATURES.append({source.parent.name!r})\n")
    # What the framework calls such a module: of the names that there may be, one is in a project.
    names = ("api.py", "handlers.py", "views.py", "routes.py", "controllers.py")
    [name] = [name for name in names if (features.with_name("tasks") / name).exists()]
    feature = features.with_name(source.parent.name)
    feature.mkdir()
    (feature / "__init__.py").touch()
    shutil.copy(source, feature / (module or name))
    return copy


@contextmanager
def running(
    command: list[str], environment: dict[str, str], log: Path, path: str = "/livez"
) -> Iterator[Running]:
    """A server that answers at a path, on a free port."""
    port = free_port()
    if "granian" in command[0]:
        command = [*command, "--port", str(port)]
    began = time.perf_counter()
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            env=os.environ | environment | {"PORT": str(port)},
            stdout=output,
            stderr=output,
            # Ctrl-C is for us: we stop it.
            start_new_session=True,
        )
    try:
        _wait(f"http://127.0.0.1:{port}{path}", process, log)
        yield Running(f"http://127.0.0.1:{port}", process.pid, time.perf_counter() - began)
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End it with all that it has started, whatever happens."""
    process.terminate()
    try:
        process.wait(40)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (OSError, HTTPException):
            time.sleep(0.01)
        else:
            return
    raise SystemExit(f"it has not answered: {log.read_text('utf-8')}")


def programs(project: Path) -> Path:
    """Where a project's environment has its programs."""
    return project.resolve() / ".venv" / "bin"


def memory(pid: int) -> float:
    """Mebibytes that a server's processes have, those which they share counted once."""
    first = psutil.Process(pid)
    taken = [each.memory_full_info() for each in (first, *first.children(recursive=True))]
    # Only Linux divides what is shared.
    return sum(each.pss if psutil.LINUX else each.uss for each in taken) / 2**20


def sign_up(base: str, email: str) -> None:
    """Make a user."""
    post(f"{base}/api/v1/users", CREDENTIALS | {"email": email})


def sign_in(base: str, email: str) -> str:
    """A user's new token."""
    token: str = post(f"{base}/api/v1/tokens", CREDENTIALS | {"email": email})["access_token"]
    return token


def post(url: str, body: dict[str, str], token: str = "") -> Any:
    """What the service answers to a body."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
