"""The sessions that check generated projects say what has failed, and do nothing twice."""

import json
import re
import shutil
from pathlib import Path

import pytest

from .commands import run
from .environments import only_where_services_run
from .repository import ROOT

pytestmark = only_where_services_run

TEMPLATE = {
    "cookiecutter.json": '{"slug": "task-service"}',
    "{{cookiecutter.slug}}/pyproject.toml": (
        '[project]\nname = "tiny"\nversion = "0"\nrequires-python = ">=3.11"\n'
        '[dependency-groups]\ndev = ["nox"]\n'
    ),
    "{{cookiecutter.slug}}/.gitignore": ".venv\n.nox\n__pycache__\nuv.lock\n",
    "{{cookiecutter.slug}}/noxfile.py": (
        "import nox\n\n\n"
        "@nox.session(python=False)\ndef good(session):\n    pass\n\n\n"
        "@nox.session(python=False, default=False)\ndef bad(session):\n    session.error()\n"
    ),
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One template, whose project has a session that passes and one that does not."""
    shutil.copy(ROOT / "noxfile.py", tmp_path)
    menu = {"templates": {"tiny": {"path": "./templates/tiny"}}}
    (tmp_path / "cookiecutter.json").write_text(json.dumps(menu), "utf-8")
    for path, text in TEMPLATE.items():
        file = tmp_path / "templates" / "tiny" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return tmp_path


def test_a_part_of_the_checks_does_not_stand_for_all_nor_undo_them(repository: Path) -> None:
    assert "nothing has changed" not in _nox(repository)
    assert "nothing has changed" not in _nox(repository, "-s", "good")
    assert "nothing has changed" in _nox(repository)
    assert "nothing has changed" not in _nox(repository, "--again")


def test_a_failure_says_how_to_see_it_again(repository: Path) -> None:
    by_hand = (
        "uvx cookiecutter . --directory templates/tiny --no-input --output-dir .. "
        "&& cd ../task-service && uv run nox"
    )
    assert (
        "Once more: uvx nox -s 'template(tiny)' -- tiny -s bad. "
        f"By hand: {by_hand} -s bad" in _nox(repository, "tiny", "-s", "bad", status=1)
    )
    project = repository / "templates" / "tiny" / "{{cookiecutter.slug}}"
    (project / "broken").write_text("{{ cookiecutter.nothing }}\n", "utf-8")
    assert f"failed. Once more: uvx nox -s 'template(tiny)'. By hand: {by_hand}" in _nox(
        repository, status=1
    )


def test_a_name_that_is_none_is_said_to_be_none(repository: Path) -> None:
    assert "tyni is not among tiny" in _nox(repository, "tyni", status=1)


def test_a_comparison_of_some_does_not_take_the_place_of_one_of_all(repository: Path) -> None:
    said = _nox(repository, "--only", "tiny", "--write", session="compare", status=1)
    assert "--write keeps a comparison of all templates, and --only leaves out some" in said


def test_what_is_meant_for_the_projects_is_not_passed_on_to_pytest(repository: Path) -> None:
    (repository / "pyproject.toml").write_text(
        '[dependency-groups]\ntests = ["pytest", "pytest-xdist"]\n', "utf-8"
    )
    (repository / "test_one.py").write_text("def test_one():\n    pass\n", "utf-8")
    assert "1 passed" in _nox(repository, "tiny", "--again", session="tests")


def _nox(repository: Path, *options: str, session: str = "template(tiny)", status: int = 0) -> str:
    done = run("nox", "-s", session, "--", *options, cwd=repository)
    said = done.stdout + done.stderr
    assert done.returncode == status, said
    return re.sub(r"\x1b\[[\d;]*m", "", said)
