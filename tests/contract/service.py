"""A service under test: started as in production, on a free port, and stopped by SIGTERM."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import httpx

from .client import connect
from .commands import Commands
from .processes import free_port, group, kill_group
from .waiting import eventually

STARTING = 30.0
# What is running has 30 s to be answered; the process itself gets some more.
STOPPING = 41.0
DEFAULTS = {
    "HOST": "127.0.0.1",
    "LOG_FORMAT": "json",
    "WEB_CONCURRENCY": "1",
    # The tests are one client, which adds a user for nearly each of them.
    "SIGN_UPS_PER_MINUTE": "1000000",
}


class Service:
    """A service that somebody has started; `output` and `errors` are the files it prints to.

    leader: the process that was started, and that may have started others.
    """

    def __init__(self, settings: Mapping[str, str], folder: Path, leader: int) -> None:
        self.settings = dict(settings)
        self.folder = folder
        self.leader = leader
        self.port = int(settings["PORT"])
        self.url = f"http://127.0.0.1:{self.port}"
        self.output = folder / "output"
        self.errors = folder / "errors"

    def client(self, token: str | None = None) -> httpx.Client:
        return connect(self.url, token)

    def socket(self) -> socket.socket:
        """A plain connection, for what no HTTP client would send."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def printed(self) -> str:
        return self.output.read_text("utf-8") + self.errors.read_text("utf-8")

    def log(self, having: str = "") -> list[dict[str, Any]]:
        """The finished lines of standard output that have this text, each parsed as JSON."""
        text = self.output.read_text("utf-8")
        lines = text[: text.rfind("\n") + 1].splitlines()
        return [json.loads(line) for line in lines if having in line]

    def await_start(self, path: str) -> None:
        """Wait until `path` answers 200."""
        with self.client() as client:
            eventually(lambda: self._answers(client, path), f"200 at {path}", within=STARTING)

    def _answers(self, client: httpx.Client, path: str) -> bool:
        try:
            return client.get(path).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


class OwnService(Service):
    """A running `serve` command of our own, which is ours to stop.

    is_over: whether it has ended, or ends, as a test wants it to, and not by SIGTERM.
    """

    is_over = False

    def __init__(self, commands: Commands, settings: Mapping[str, str], folder: Path) -> None:
        settings = {**DEFAULTS, "PORT": str(free_port()), **settings}
        scratch = folder / "scratch"
        scratch.mkdir()
        with (folder / "output").open("wb") as output, (folder / "errors").open("wb") as errors:
            self.process = subprocess.Popen(
                [*commands.project.command, "serve"],
                cwd=commands.project.root,
                env=commands.environment(TMPDIR=str(scratch), **settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=True,
            )
        super().__init__(settings, folder, self.process.pid)

    @property
    def shared(self) -> list[Path]:
        """The folders that its workers share: one while it runs."""
        return list((self.folder / "scratch").glob("workers-*"))

    def _answers(self, client: httpx.Client, path: str) -> bool:
        # One that has ended is reported at once.
        assert self.process.poll() is None, f"ended with status {self.process.returncode}"
        return super()._answers(client, path)

    def terminate(self) -> None:
        """Send SIGTERM to this one process and return at once."""
        self.process.send_signal(signal.SIGTERM)

    def terminate_group(self) -> None:
        """Send SIGTERM to all its processes, as systemd does."""
        os.killpg(self.process.pid, signal.SIGTERM)

    def hang_up(self) -> None:
        """Send SIGHUP to all its processes, as a terminal that is closed does."""
        os.killpg(self.process.pid, signal.SIGHUP)

    def kill(self) -> None:
        """Kill this one process, which the system does where memory is short."""
        self.process.kill()
        self.is_over = True

    def stop(self) -> int:
        """Send SIGTERM to this one process; the exit status, once nothing of it is left."""
        self.terminate()
        return self.await_exit()

    def await_exit(self) -> int:
        status = self.process.wait(timeout=STOPPING)
        eventually(lambda: not group(self.leader), "no process is left behind", within=5)
        return status


class Serving(Protocol):
    """Starts services: `with serving(TOKEN_TTL_SECONDS="1") as service:`."""

    def __call__(
        self, *, ready_at: str | None = "/readyz", **settings: str
    ) -> AbstractContextManager[OwnService]: ...


@contextmanager
def no_error_logged(service: Service) -> Iterator[None]:
    """Check that the service logs no error."""
    before = len(service.log())
    yield
    levels = {line.get("level") for line in service.log()[before:]}
    assert levels <= {"info", "warning", "debug"}
    assert "Traceback" not in service.printed()[-20_000:]


@contextmanager
def running(
    commands: Commands, settings: Mapping[str, str], *, ready_at: str | None = "/readyz"
) -> Iterator[OwnService]:
    """A service that has answered 200 at `ready_at`; it must end with status 0 on SIGTERM.

    ready_at: None for one that has only been started.
    """
    with TemporaryDirectory(prefix="service-") as folder:
        service = OwnService(commands, settings, Path(folder))
        try:
            if ready_at is not None:
                service.await_start(ready_at)
            yield service
            if not service.is_over:
                status = service.stop()
                assert status == 0, f"SIGTERM ended it with status {status}"
        except BaseException as error:
            error.add_note(f"The service printed:\n{service.printed()[-8000:]}")
            raise
        finally:
            kill_group(service.leader)
            service.process.wait()
