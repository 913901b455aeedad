"""Generated projects with all that they need installed, kept between runs of the tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from uv import find_uv_bin

from .repository import TEMPLATES, options

# Their services run on POSIX systems only; Windows and macOS are for generating.
only_where_services_run = pytest.mark.skipif(
    sys.platform != "linux", reason="a generated service is installed on Linux only"
)
# Tests that install the same run in one process, one after the other.
each_environment = pytest.mark.parametrize(
    ("template", "database"),
    [
        pytest.param(template, database, marks=pytest.mark.xdist_group(f"{template}-{database}"))
        for template in TEMPLATES
        for database in options(template)["database"]
    ],
)


def install(project: Path, kept: Path) -> Path:
    """A copy of the project in the folder `kept`, with the environment that is there in `.venv`."""
    copy = kept / project.name
    for path in copy.iterdir() if copy.exists() else ():
        if path.is_dir() and path.name not in {".venv", ".mypy_cache"}:
            shutil.rmtree(path)
    shutil.copytree(project, copy, dirs_exist_ok=True)
    run(copy, find_uv_bin(), "sync", "--quiet")
    return copy


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
    ours = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    return ours | {"UV_PYTHON": version}
