"""The project's command line, run to its end in an environment that is given in full."""

import os
import subprocess

from .project import COMMAND, ROOT

INHERITED = frozenset({"PATH", "HOME", "LANG", "TMPDIR"})


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
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env=environment(**settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def migrate(**settings: str) -> None:
    """Bring the database that the settings name up to date."""
    done = run("migrate", **settings)
    assert done.returncode == 0, done.stdout + done.stderr
