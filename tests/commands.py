"""Programs that people run, as processes of their own."""

import subprocess
import sys
from pathlib import Path


def cookiecutter(
    *arguments: str | Path, cwd: Path, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run Cookiecutter's command line; its exit status is not checked."""
    return run("cookiecutter", *arguments, cwd=cwd, typed=typed)


def cruft(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run cruft, which must succeed."""
    done = run("cruft", *arguments, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def run(
    module: str, *arguments: str | Path, cwd: Path, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=cwd,
        input=typed,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
