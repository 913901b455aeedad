"""Generating into a folder that is there does what Cookiecutter's options say, and no more."""

from pathlib import Path

from .baking import tree
from .commands import cookiecutter
from .repository import FULLEST, folder

# What happens is up to Cookiecutter and to the hook that all templates share.
TEMPLATE = folder(FULLEST)
LEAST = ("database=sqlite", "ci=none")
# What the answers above leave out, and a team may have written itself since.
THEIRS = ("src/task_service/postgresql.py", ".github/workflows/ci.yml")


def test_a_folder_that_is_there_is_refused_and_left_alone(tmp_path: Path) -> None:
    before = _with_changes(tmp_path)
    done = cookiecutter(TEMPLATE, "--no-input", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == 'Error: "task-service" directory already exists\n'
    assert tree(tmp_path / "task-service") == before


def test_overwriting_restores_what_is_generated_and_keeps_the_rest(tmp_path: Path) -> None:
    before = _with_changes(tmp_path)
    _generate(tmp_path, "--overwrite-if-exists")
    expected = before | {"README.md": _new(tmp_path)["README.md"]}
    assert tree(tmp_path / "task-service") == expected


def test_skipping_only_adds_what_is_missing(tmp_path: Path) -> None:
    before = _with_changes(tmp_path)
    (tmp_path / "task-service" / "LICENSE").unlink()
    _generate(tmp_path, "--overwrite-if-exists", "--skip-if-file-exists")
    assert tree(tmp_path / "task-service") == before


def _with_changes(tmp_path: Path) -> dict[str, bytes]:
    """A project in use: a generated file is changed, files of the team's own are added."""
    _generate(tmp_path)
    project = tmp_path / "task-service"
    for path in ("README.md", "notes.txt", *THEIRS):
        file = project / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("Written by the team\n", "utf-8")
    return tree(project)


def _new(tmp_path: Path) -> dict[str, bytes]:
    _generate(tmp_path, "--output-dir", "new")
    return tree(tmp_path / "new" / "task-service")


def _generate(cwd: Path, *arguments: str) -> None:
    done = cookiecutter(TEMPLATE, "--no-input", *arguments, *LEAST, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
