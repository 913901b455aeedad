"""The project's command line, run to its end in an environment that is given in full."""

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from .processes import kill_group
from .project import COMMAND, ROOT

INHERITED = frozenset({"PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH"})
SECONDS = 60


def environment(**settings: str) -> dict[str, str]:
    """The settings, and of this process's own variables only what any program needs."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name in INHERITED or name.startswith("COVERAGE_")
    }
    return inherited | settings


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m <package> <arguments>`; its output is text, its exit status not checked."""
    return run_in(ROOT, *arguments, **settings)


def run_in(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The same, with another current folder than the project's."""
    with TemporaryDirectory(prefix="command-") as scratch:
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=folder,
            env=environment(TMPDIR=scratch, **settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        try:
            output, errors = process.communicate(timeout=SECONDS)
        finally:
            kill_group(process.pid)
            process.communicate()
    return subprocess.CompletedProcess(arguments, process.returncode, output, errors)


def migrate(**settings: str) -> None:
    """Bring the database that the settings name up to date."""
    done = run("migrate", **settings)
    assert done.returncode == 0, done.stdout + done.stderr
