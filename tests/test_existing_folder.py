"""Generating into a folder that is there does what Cookiecutter's options say, and no more."""

from pathlib import Path

import pytest

from .baking import tree
from .commands import cookiecutter
from .repository import TEMPLATES, folder

LEAST = {"database": "sqlite", "ci": "none"}
# What the answers above leave out, and a team may have written itself since.
THEIRS = ("src/task_service/postgresql.py", ".github/workflows/ci.yml")


@pytest.fixture(params=TEMPLATES)
def template(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def test_a_folder_that_is_there_is_refused_and_left_alone(template: str, tmp_path: Path) -> None:
    before = _with_changes(template, tmp_path)
    done = cookiecutter(folder(template), "--no-input", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == 'Error: "task-service" directory already exists\n'
    assert tree(tmp_path / "task-service") == before


def test_overwriting_restores_what_is_generated_and_keeps_the_rest(
    template: str, tmp_path: Path
) -> None:
    before = _with_changes(template, tmp_path)
    _generate(template, tmp_path, "--overwrite-if-exists")
    expected = before | {"README.md": _new(template, tmp_path)["README.md"]}
    assert tree(tmp_path / "task-service") == expected


def test_skipping_only_adds_what_is_missing(template: str, tmp_path: Path) -> None:
    before = _with_changes(template, tmp_path)
    (tmp_path / "task-service" / "LICENSE").unlink()
    _generate(template, tmp_path, "--overwrite-if-exists", "--skip-if-file-exists")
    assert tree(tmp_path / "task-service") == before


def _with_changes(template: str, tmp_path: Path) -> dict[str, bytes]:
    """A project in use: a generated file is changed, files of the team's own are added."""
    _generate(template, tmp_path)
    project = tmp_path / "task-service"
    for path in ("README.md", "notes.txt", *THEIRS):
        file = project / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("Written by the team\n", "utf-8")
    return tree(project)


def _new(template: str, tmp_path: Path) -> dict[str, bytes]:
    _generate(template, tmp_path, "--output-dir", "new")
    return tree(tmp_path / "new" / "task-service")


def _generate(template: str, cwd: Path, *arguments: str) -> None:
    answers = (f"{name}={value}" for name, value in LEAST.items())
    done = cookiecutter(folder(template), "--no-input", *arguments, *answers, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
