"""What is measured: a generated service, started as in production, and users of it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple


class Running(NamedTuple):
    """A server: where it answers, and the process that was started."""

    base: str
    pid: int


def with_feature(project: Path, source: Path, folder: Path) -> Path:
    """A copy of a project's source to which a feature of one module has been added."""
    copy = folder / "src"
    shutil.copytree(project / "src", copy)
    [features] = copy.glob("*/features.py")
    features.write_text(f"{features.read_text('utf-8')}\nFEATURES.append({source.parent.name!r})\n")
    # What the framework calls such a module: of the names that there may be, one is in a project.
    names = ("api.py", "handlers.py", "views.py", "routes.py", "controllers.py")
    [name] = [name for name in names if (features.with_name("accounts") / name).exists()]
    feature = features.with_name(source.parent.name)
    feature.mkdir()
    (feature / "__init__.py").touch()
    shutil.copy(source, feature / name)
    return copy


@contextmanager
def start_service(
    project: Path, url: str, folder: Path, *, source: Path | None = None
) -> Iterator[Running]:
    """The service as it runs in production, logs to a file; source: another than the project's."""
    environment = {
        "APP_ENV": "production",
        "DATABASE_URL": url,
        "SECRET_KEY": "of-the-benchmark-and-of-nothing-else",
        "WEB_CONCURRENCY": "1",
    }
    source = (source or project / "src").resolve()
    environment["PYTHONPATH"] = str(source)
    [package] = [path.parent.name for path in source.glob("*/features.py")]
    command = [str(project.resolve() / ".venv" / "bin" / "python"), "-m", package]
    subprocess.run([*command, "migrate"], check=True, env=os.environ | environment)
    with running([*command, "serve"], environment, folder / "service.log") as service:
        yield service


@contextmanager
def running(
    command: list[str], environment: dict[str, str], log: Path, path: str = "/livez"
) -> Iterator[Running]:
    """A server that answers at a path, on a free port."""
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
        _wait(f"http://127.0.0.1:{port}{path}", process, log)
        yield Running(f"http://127.0.0.1:{port}", process.pid)
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


def sign_in(base: str, email: str) -> str:
    """Make a user; return a token."""
    credentials = {"email": email, "password": "correct horse battery"}
    post(f"{base}/api/v1/users", credentials)
    token: str = post(f"{base}/api/v1/tokens", credentials)["access_token"]
    return token


def post(url: str, body: dict[str, str], token: str = "") -> Any:
    """What the service answers to a body."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
