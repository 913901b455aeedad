"""A worker: the process that does the jobs of a service."""

import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from .commands import Commands
from .processes import kill_group

STOPPING = 35.0


class Worker:
    """A running `worker` command; `output` is the file that it prints to.

    is_over: whether it has ended as a test wants it to.
    """

    is_over = False

    def __init__(self, commands: Commands, settings: Mapping[str, str], folder: Path) -> None:
        self.output = folder / "output"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*commands.project.command, "worker"],
                cwd=commands.project.root,
                env=commands.environment(TMPDIR=str(folder), **settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """Kill it, as the system does where memory is short."""
        self.process.kill()
        self.process.wait()
        self.is_over = True

    def stop(self) -> int:
        """Send SIGTERM; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=STOPPING)

    def printed(self) -> str:
        return self.output.read_text("utf-8")


@contextmanager
def working(commands: Commands, settings: Mapping[str, str]) -> Iterator[Worker]:
    """A worker; it must end with status 0 on SIGTERM."""
    with TemporaryDirectory(prefix="worker-") as folder:
        worker = Worker(commands, settings, Path(folder))
        try:
            yield worker
            if not worker.is_over:
                status = worker.stop()
                assert status == 0, f"SIGTERM ended it with status {status}"
        except BaseException as error:
            error.add_note(f"The worker printed:\n{worker.printed()[-8000:]}")
            raise
        finally:
            kill_group(worker.process.pid)
            worker.process.wait()
