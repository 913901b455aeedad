"""Runs what generated projects have, and says where their services run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Their services run on POSIX systems only; Windows and macOS are for generating.
only_where_services_run = pytest.mark.skipif(
    sys.platform != "linux", reason="a generated service is installed on Linux only"
)


def run(project: Path, *command: str | Path) -> str:
    """Run a command in a project; what it prints."""
    done = subprocess.run(
        command,
        cwd=project,
        env=_environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _environment() -> dict[str, str]:
    """Ours, but for the virtual environment: the project has its own, of the same Python."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    # nox names its own environment in both.
    nox_s = {"VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT"}
    ours = {name: value for name, value in os.environ.items() if name not in nox_s}
    return ours | {"UV_PYTHON": version}
