"""Generated projects with all that they need installed, kept between runs of the tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from uv import find_uv_bin

# Their services run on POSIX systems only; Windows and macOS are for generating.
only_where_services_run = pytest.mark.skipif(
    sys.platform != "linux", reason="a generated service is installed on Linux only"
)


def install(project: Path, kept: Path, run_of_tests: str) -> Path:
    """A copy of the project in the folder `kept`, with the environment that is there in `.venv`.

    It is made once in a run of the tests, by the first of their processes that wants it.
    """
    copy = kept / project.name
    done = kept / "done"
    with FileLock(kept / "lock"):
        if not done.exists() or done.read_text("utf-8") != run_of_tests:
            for path in copy.iterdir() if copy.exists() else ():
                if path.is_dir() and path.name != ".venv":
                    shutil.rmtree(path)
            shutil.copytree(project, copy, dirs_exist_ok=True)
            run(copy, find_uv_bin(), "sync", "--quiet")
            done.write_text(run_of_tests, "utf-8")
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
    # nox names its own environment in both.
    nox_s = {"VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT"}
    ours = {name: value for name, value in os.environ.items() if name not in nox_s}
    return ours | {"UV_PYTHON": version}
