"""The processes: the one that watches over the others, and the one of development."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from waiting import eventually

# There is too little memory for the first worker; then two fail, with the same between them.
PRODUCTION = """
import os
import signal
import socket
from pathlib import Path

from task_service.config import Settings
from task_service.infrastructure.serving import FOLDER_VARIABLE, supervisor

os.environ[FOLDER_VARIABLE] = "shared"
os.mkdir("shared")

def work(listening, started):
    with Path("starts").open("a") as starts:
        starts.write("x")
        if starts.tell() < 3:
            raise ZeroDivisionError("the cause")
    started()
    Path("works").touch()
    signal.pause()

forks = []
os_fork = os.fork

def fork():
    forks.append(None)
    if len(forks) in {1, 3}:
        raise OSError("Cannot allocate memory")
    return os_fork()

os.fork = fork
supervisor.hold_signals()
settings = Settings(app_env="test", web_concurrency=1)
supervisor.Supervisor(settings, work, socket.socket()).run()
"""
# The worker answers nothing: what is looked at is when there is a new one.
DEVELOPMENT = """
import signal
import socket
from pathlib import Path

from task_service.config import Settings
from task_service.infrastructure.serving import development

def work(listening, started):
    print("it works", flush=True)
    signal.pause()

def do_no_jobs(settings):
    pass

if __name__ == "__main__":
    development.FOLDER = Path("watched")
    development.run(Settings(app_env="test"), work, socket.socket(), do_no_jobs)
"""


class Processes:
    """A script and the processes that it starts, which are a group."""

    def __init__(self, folder: Path, script: str) -> None:
        file = folder / "script.py"
        file.write_text(script, "utf-8")
        self._output = folder / "output"
        with self._output.open("wb") as output:
            self.first = subprocess.Popen(
                [sys.executable, file],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def printed(self, text: str) -> int:
        """How often a text has been printed."""
        return self._output.read_text("utf-8").count(text)

    @property
    def live(self) -> bool:
        """Whether one of them is left."""
        self.first.poll()
        try:
            os.killpg(self.first.pid, 0)
        except ProcessLookupError:
            return False
        return True


@contextmanager
def running(folder: Path, script: str) -> Iterator[Processes]:
    """Run a script, and end what is left of it."""
    processes = Processes(folder, script)
    try:
        yield processes
    finally:
        with suppress(ProcessLookupError):
            os.killpg(processes.first.pid, signal.SIGKILL)
        processes.first.wait()


def test_a_worker_that_fails_is_logged_and_tried_again_and_ends_with_its_parent(
    tmp_path: Path,
) -> None:
    with running(tmp_path, PRODUCTION) as processes:
        eventually((tmp_path / "works").exists)
        assert processes.printed("ZeroDivisionError: the cause") == 2
        assert processes.printed("OSError: Cannot allocate memory") == 2
        processes.first.kill()
        eventually(lambda: not processes.live)


def test_in_development_a_changed_page_is_served_and_all_ends_with_the_parent(
    tmp_path: Path,
) -> None:
    # What Python keeps there is no code that changes.
    (tmp_path / "watched" / "__pycache__").mkdir(parents=True)
    with running(tmp_path, DEVELOPMENT) as processes:
        eventually(lambda: processes.printed("it works") == 1)
        (tmp_path / "watched" / "__pycache__" / "page.pyc").touch()
        time.sleep(0.5)
        assert processes.printed("it works") == 1
        (tmp_path / "watched" / "page.html").touch()
        eventually(lambda: processes.printed("it works") == 2)
        processes.first.kill()
        eventually(lambda: not processes.live)
