"""A project can't be given the name of something that it installs or has."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from answers import problems

from .combinations import each_combination
from .conftest import Baked
from .environments import run
from .repository import TEMPLATES

OTHERWISE_RIGHT = {
    "project_name": "A",
    "description": "B",
    "author_name": "C",
    "author_email": "you@example.com",
}
# Distributions, the packages and modules in them, and the commands beside the interpreter.
LIST_INSTALLED = """
from importlib.metadata import distributions
from pathlib import Path
import sys
for distribution in distributions():
    print(distribution.name)
    for file in distribution.files or ():
        name, _, kind = file.parts[0].partition(".")
        if kind in ("", "py") or kind.endswith(("so", "pyd")):
            print(name)
for command in Path(sys.executable).parent.iterdir():
    print(command.name.partition(".")[0])
"""
SAY_SO = "add these to hooks/taken_names.txt"


@pytest.mark.installed
def test_what_is_installed_is_no_name_for_a_project(installed: Path) -> None:
    listed = run(installed, installed / ".venv" / "bin" / "python", "-c", LIST_INSTALLED)
    assert _accepted(listed.split()) == {"task_service"}, SAY_SO


@each_combination
def test_what_other_answers_would_install_is_no_name_for_a_project(
    template: str, answers: dict[str, str], baked: Baked
) -> None:
    more = _required(baked(template, **answers)) - _required(baked(template))
    assert _accepted(more) == set(), SAY_SO


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_a_project_has_or_ignores_is_no_name_for_it(template: str, baked: Baked) -> None:
    project = baked(template)
    has = [
        path.stem
        for folder in (project, project / "tests")
        for path in folder.iterdir()
        if path.is_dir() or path.suffix == ".py"
    ]
    ignores = re.findall(r"^(\w+)/$", (project / ".gitignore").read_text("utf-8"), re.MULTILINE)
    assert _accepted(has + ignores) == set(), SAY_SO


def _required(project: Path) -> set[str]:
    """The distributions that a project names itself."""
    declared = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    of = [*declared["project"]["dependencies"], *declared["dependency-groups"]["dev"]]
    return {re.split(r"[^\w.-]", each, maxsplit=1)[0] for each in of}


def _accepted(names: Iterable[str]) -> set[str]:
    packages = {name.lower().replace("-", "_") for name in names}
    return {name for name in packages if not problems(OTHERWISE_RIGHT | {"project_slug": name})}
