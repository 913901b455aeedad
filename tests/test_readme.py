"""The commands of README.md do what it says, on a machine with Python, pip and git."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from .environments import only_where_services_run
from .repository import ROOT, TEMPLATES, commit, committed, questions

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.+?)\n```$", README, re.MULTILINE | re.DOTALL)
GENERATE, SERVE, BY_NAME, FOLLOW, UPDATE, TEST = range(6)

pytestmark = only_where_services_run


class Machine:
    """A clone of the repository, and a Python with pip and nothing else."""

    def __init__(self, folder: Path) -> None:
        self.clone = committed(folder / "cookiecutter-backends")
        python = folder / "python"
        subprocess.run([sys.executable, "-m", "venv", python], check=True)
        without = {
            "VIRTUAL_ENV",
            "UV_PROJECT_ENVIRONMENT",
            "NOXSESSION",
            "UV_PYTHON",
            "PYTHONPATH",
        }
        self.environment = {
            name: value for name, value in os.environ.items() if name not in without
        }
        programs = {
            str(Path(path).parent) for name in ("git", "bash") if (path := shutil.which(name))
        }
        self.environment["PATH"] = os.pathsep.join([str(python / "bin"), *sorted(programs)])
        # As the first command does, for each test may be the first one.
        self.run("pip install uv", folder)

    def run(self, command: str, cwd: Path, *, typed: str = "", **settings: str) -> str:
        """Run a command of the README in a shell; what it prints, errors included."""
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=cwd,
            env=self.environment | settings,
            input=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine(tmp_path_factory.mktemp("machine"))


def test_each_block_of_commands_is_tested_here() -> None:
    assert len(BLOCKS) == TEST + 1


def test_the_first_commands_generate_and_serve(machine: Machine) -> None:
    enters = "\n" * (1 + len(questions(TEMPLATES[0])))
    shown = machine.run(BLOCKS[GENERATE], machine.clone, typed=enters)
    assert "Your service is ready." in shown
    with _served(machine) as url:
        assert b"Task Service" in urlopen(url, timeout=10).read()


def test_the_name_picks_a_template_without_questions(machine: Machine) -> None:
    machine.run(BLOCKS[BY_NAME], machine.clone)
    project = machine.clone.parent / "my-shop"
    assert "# My Shop" in (project / "README.md").read_text("utf-8")
    assert "psycopg" not in (project / "pyproject.toml").read_text("utf-8")


def test_a_project_follows_the_template(machine: Machine) -> None:
    elsewhere = machine.clone.parent / "elsewhere" / "clone"
    shutil.copytree(machine.clone, elsewhere)
    machine.run(BLOCKS[FOLLOW], elsewhere, typed="\n" * len(questions("fastapi")))
    project = elsewhere.parent / "task-service"
    changed = elsewhere / "templates" / "_base" / ".dockerignore"
    changed.write_text(changed.read_text("utf-8") + "# Of the next version\n", "utf-8")
    commit(elsewhere, "The next version")
    machine.run(BLOCKS[UPDATE], project, typed="y\n")
    assert "# Of the next version" in (project / ".dockerignore").read_text("utf-8")


def test_the_test_command_runs_nox(machine: Machine) -> None:
    # All sessions would run these tests as well, and they this one: the quickest stands for them.
    assert "Session inherit was successful" in machine.run(
        BLOCKS[TEST], machine.clone, NOXSESSION="inherit"
    )


@contextmanager
def _served(machine: Machine) -> Iterator[str]:
    output_file = machine.clone.parent / "output"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with output_file.open("wb") as output:
        service = subprocess.Popen(
            ["bash", "-c", " && exec ".join(BLOCKS[SERVE].split("\n"))],
            cwd=machine.clone,
            env=machine.environment | {"PORT": f"{port}"},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        for _ in range(1200):
            assert service.poll() is None, output_file.read_text("utf-8")
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/"
    finally:
        service.terminate()
        service.wait(timeout=60)
