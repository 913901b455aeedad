"""What checks each change of a project does the same, whichever it is."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import Baked
from .repository import TEMPLATES

# Beside the sessions of nox: what both do, word by word. All templates inherit the same files.
COMMANDS = (
    "docker compose up --build --wait",
    "uv export --quiet --no-dev --format cyclonedx1.5 --output-file sbom.cdx.json",
    "uv audit",
)


def read(file: Path) -> dict[Any, Any]:
    read: dict[Any, Any] = yaml.safe_load(file.read_text("utf-8"))
    return read


def sessions_by_github(project: Path) -> set[str]:
    jobs = read(project / ".github/workflows/ci.yml")["jobs"]
    found = set(jobs["checks"]["strategy"]["matrix"]["session"])
    for file in project.glob(".github/workflows/postgresql.yml"):
        found |= set(re.findall(r"nox --session (\w+)", file.read_text("utf-8")))
    return found


def sessions_by_gitlab(project: Path) -> set[str]:
    [matrix] = read(project / ".gitlab-ci.yml")["checks"]["parallel"]["matrix"]
    text = (project / ".gitlab-ci.yml").read_text("utf-8")
    return {*matrix["SESSION"], *re.findall(r"nox --session (\w+)", text)}


@pytest.mark.parametrize("database", ["postgresql", "sqlite"])
@pytest.mark.parametrize("template", TEMPLATES[:1])
def test_each_session_of_nox_is_run(template: str, database: str, baked: Baked) -> None:
    github = baked(template, database=database)
    gitlab = baked(template, database=database, ci="gitlab")
    noxfile = (github / "noxfile.py").read_text("utf-8")
    sessions = set(re.findall(r"@nox.session\n *def (\w+)", noxfile))
    if database == "sqlite":
        sessions -= {"tests_postgresql"}
    assert sessions_by_github(github) == sessions_by_gitlab(gitlab) == sessions


@pytest.mark.parametrize("template", TEMPLATES[:1])
def test_the_image_and_what_it_is_made_of_are_looked_at(template: str, baked: Baked) -> None:
    of_github = (baked(template) / ".github/workflows/ci.yml").read_text("utf-8")
    of_gitlab = (baked(template, ci="gitlab") / ".gitlab-ci.yml").read_text("utf-8")
    for text in (of_github, of_gitlab):
        assert [command for command in COMMANDS if command not in text] == []
