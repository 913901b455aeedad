"""Who does as a project's README says has one resource more, and tests that pass."""

import shlex
from pathlib import Path

import pytest

from .baking import bake
from .environments import install, only_where_services_run, run
from .following import Reader
from .repository import TEMPLATES


@only_where_services_run
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_resource_is_added_as_the_readme_says(
    template: str, tmp_path: Path, request: pytest.FixtureRequest, testrun_uid: str
) -> None:
    assert request.config.cache
    kept = request.config.cache.mkdir(f"projects-{template}-resource")
    project = install(bake(template, tmp_path), kept, testrun_uid)
    # Of the run before, with a migration that is not in this one.
    (project / "local.sqlite3").unlink(missing_ok=True)
    # Or ruff takes the folder for ours, and leaves it out as we do.
    run(project, "git", "init", "--quiet")
    *migrate, nox = Reader(project).commands
    assert nox == "uv run nox"
    programs = project / ".venv" / "bin"
    # Where an import goes among the others is for ruff to say.
    run(project, programs / "ruff", "check", "--quiet", "--select", "I", "--fix")
    for command in migrate:
        _, _, program, *arguments = shlex.split(command)
        run(project, programs / program, *arguments)
    run(project, programs / "ruff", "check")
    run(project, programs / "ruff", "format", "--check")
    added = ("tests/test_notes.py", "tests/contract/test_openapi.py")
    run(project, programs / "pytest", "--quiet", *added)
