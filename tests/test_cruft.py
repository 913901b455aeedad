"""A generated project stays linked to its template by cruft, and follows it."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from .baking import tree
from .commands import cruft
from .conftest import Baked
from .repository import FULLEST, commit, committed, git


class Created(NamedTuple):
    """A project in a git repository of its own, as a team has it."""

    repository: Path
    project: Path
    files: dict[str, bytes]


# What cruft does is the same for all; these are the two that have least in common.
@pytest.fixture(scope="module", params=["fastapi", "django"])
def template(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def created(template: str, tmp_path_factory: pytest.TempPathFactory) -> Created:
    return _create(template, tmp_path_factory.mktemp("cruft"))


def test_create_gives_the_project_that_cookiecutter_gives(
    template: str, created: Created, baked: Baked
) -> None:
    files = {path: of for path, of in created.files.items() if path != ".cruft.json"}
    assert files == tree(baked(template))


def test_update_brings_the_next_version_and_keeps_local_changes(created: Created) -> None:
    repository, project, _ = created
    main = project / "src" / "task_service" / "__main__.py"
    _append(main, "# Ours\n")
    _append(project / "README.md", "\nOurs\n")
    commit(project, "What the team changed")
    _append(repository / "templates" / "_base" / ".dockerignore", "# Of the next version\n")
    shared = repository / "templates" / "_base" / "pyproject.toml"
    shared.write_text(shared.read_text("utf-8").replace("line-length = 100", "line-length = 99"))
    commit(repository, "The next version")

    cruft("update", "--skip-apply-ask", cwd=project)

    assert (project / ".dockerignore").read_text("utf-8").endswith("# Of the next version\n")
    assert "line-length = 99" in (project / "pyproject.toml").read_text("utf-8")
    assert main.read_text("utf-8").endswith("# Ours\n")
    assert (project / "README.md").read_text("utf-8").endswith("\nOurs\n")
    assert not list(project.rglob("*.rej"))
    changed = git(project, "status", "--porcelain").splitlines()
    assert {line[3:] for line in changed} == {".cruft.json", ".dockerignore", "pyproject.toml"}
    link = json.loads((project / ".cruft.json").read_text("utf-8"))
    assert link["commit"] == git(repository, "rev-parse", "HEAD").strip()


def test_a_new_project_is_up_to_date_and_does_not_differ(tmp_path: Path) -> None:
    project = _create(FULLEST, tmp_path).project
    assert "up to date" in cruft("check", cwd=project).stdout
    assert cruft("diff", "--exit-code", cwd=project).stdout == ""


def test_text_in_the_form_of_a_template_stays_as_it_was_typed(tmp_path: Path) -> None:
    """It is kept in `.cruft.json`, and comes back as an answer on each comparison."""
    typed = {
        "project_name": "{% now",
        "project_slug": "task-service",
        "description": "Use {{ 7*7 }} {# here #}",
        "author_name": "{{ name }}",
    }
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(typed), "utf-8")
    project = _create(FULLEST, tmp_path, "--extra-context-file", answers).project
    about = (project / "src" / "task_service" / "about.py").read_text("utf-8")
    assert 'NAME = "{% now"' in about
    assert 'DESCRIPTION = "Use {{ 7*7 }} {# here #}"' in about
    assert cruft("diff", "--exit-code", cwd=project).stdout == ""


def _create(template: str, into: Path, *options: str | Path) -> Created:
    repository = committed(into / "repository")
    of = ("--no-input", "--directory", f"templates/{template}")
    cruft("create", repository, *of, *options, cwd=into)
    project = into / "task-service"
    files = tree(project)
    git(project, "init", "--quiet")
    commit(project, "The service as it was generated")
    return Created(repository, project, files)


def _append(file: Path, text: str) -> None:
    file.write_text(file.read_text("utf-8") + text, "utf-8")
