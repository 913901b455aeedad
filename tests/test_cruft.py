"""A generated project stays linked to its template by cruft, and follows it."""

import json
from pathlib import Path

import pytest

from .baking import tree
from .commands import cruft
from .conftest import Baked
from .repository import TEMPLATES, commit, committed, git


@pytest.fixture(scope="module", params=TEMPLATES)
def template(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return committed(tmp_path / "repository")


@pytest.fixture
def project(template: str, repository: Path, tmp_path: Path) -> Path:
    """A project in a git repository of its own, as a team has it."""
    options = ("--no-input", "--directory", f"templates/{template}")
    cruft("create", repository, *options, cwd=tmp_path)
    created = tmp_path / "task-service"
    git(created, "init", "--quiet")
    commit(created, "The service as it was generated")
    return created


def test_create_gives_the_project_that_cookiecutter_gives(
    template: str, project: Path, baked: Baked
) -> None:
    created = tree(project)
    del created[".cruft.json"]
    assert created == tree(baked(template))


def test_a_new_project_is_up_to_date_and_does_not_differ(project: Path) -> None:
    assert "up to date" in cruft("check", cwd=project).stdout
    assert cruft("diff", "--exit-code", cwd=project).stdout == ""


def test_text_in_the_form_of_a_template_stays_as_it_was_typed(
    template: str, repository: Path, tmp_path: Path
) -> None:
    """It is kept in `.cruft.json`, and comes back as an answer on each comparison."""
    typed = {
        "project_name": "{% now",
        "project_slug": "task-service",
        "description": "Use {{ 7*7 }} {# here #}",
        "author_name": "{{ name }}",
    }
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(typed), "utf-8")
    options = ("--no-input", "--directory", f"templates/{template}")
    cruft("create", repository, *options, "--extra-context-file", answers, cwd=tmp_path)
    created = tmp_path / "task-service"
    about = (created / "src" / "task_service" / "about.py").read_text("utf-8")
    assert 'NAME = "{% now"' in about
    assert 'DESCRIPTION = "Use {{ 7*7 }} {# here #}"' in about
    assert cruft("diff", "--exit-code", cwd=created).stdout == ""


def test_update_brings_the_next_version_and_keeps_local_changes(
    repository: Path, project: Path
) -> None:
    package = project / "src" / "task_service"
    _append(package / "web" / "__init__.py", "# Ours\n")
    _append(project / "README.md", "\nOurs\n")
    commit(project, "What the team changed")
    shared = repository / "templates" / "_base" / "src"
    _append(shared / "schemas.py", "# Of the next version\n")
    template = repository / "templates" / "_base" / "pyproject.toml"
    template.write_text(
        template.read_text("utf-8").replace("line-length = 100", "line-length = 99")
    )
    commit(repository, "The next version")

    cruft("update", "--skip-apply-ask", cwd=project)

    assert (package / "schemas.py").read_text("utf-8").endswith("# Of the next version\n")
    assert "line-length = 99" in (project / "pyproject.toml").read_text("utf-8")
    assert (package / "web" / "__init__.py").read_text("utf-8").endswith("# Ours\n")
    assert (project / "README.md").read_text("utf-8").endswith("\nOurs\n")
    assert not list(project.rglob("*.rej"))
    changed = git(project, "status", "--porcelain").split("\n")
    assert {line[3:] for line in changed if line} == {
        ".cruft.json",
        "pyproject.toml",
        "src/task_service/schemas.py",
    }
    assert "up to date" in cruft("check", cwd=project).stdout


def _append(file: Path, text: str) -> None:
    file.write_text(file.read_text("utf-8") + text, "utf-8")
