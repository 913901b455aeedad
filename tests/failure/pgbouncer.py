"""PgBouncer in transaction mode before a server of ours; it comes from the system."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from tests.contract.backing._postgresql_server import unprivileged_user
from tests.contract.processes import free_port, is_listening
from tests.contract.waiting import eventually

SETTINGS = """\
[databases]
* = host=127.0.0.1 port={server_port} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
auth_type = any
pool_mode = transaction
unix_socket_dir =
"""


class PgBouncer:
    """Listens at `port`; settings other than these are its own, with 20 connections to a server."""

    def __init__(self, folder: Path, server_port: int) -> None:
        self.port = free_port()
        self._settings = folder / "pgbouncer.ini"
        self._settings.write_text(SETTINGS.format(server_port=server_port, port=self.port), "utf-8")
        folder.chmod(0o755)

    def start(self) -> None:
        self._process = subprocess.Popen(
            ["pgbouncer", "--quiet", self._settings],
            # It refuses to be root, as PostgreSQL does.
            user=unprivileged_user(),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        eventually(lambda: is_listening(self.port), "PgBouncer listens")

    def stop(self) -> None:
        """End it at once, with all its connections."""
        self._process.terminate()
        self._process.wait(timeout=10)

    def before(self, url: str) -> str:
        """The URL by which it leads to a database."""
        return urlsplit(url)._replace(netloc=f"postgres@127.0.0.1:{self.port}").geturl()


@contextmanager
def pgbouncer(server_port: int) -> Iterator[PgBouncer]:
    """One that is running."""
    with TemporaryDirectory(prefix="pgbouncer-") as folder:
        bouncer = PgBouncer(Path(folder), server_port)
        bouncer.start()
        try:
            yield bouncer
        finally:
            bouncer.stop()
