"""Every combination of options gives a project whose files are valid and clean."""

import json
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from .baking import tree
from .combinations import WITHOUT_CODE, each_code, each_combination, pairwise
from .conftest import Baked
from .environments import run
from .repository import TEMPLATES, folder

# The word, alone or as a part of a name. Infrastructure has others, of asyncio's.
TASK = re.compile(r"(?i)(?<![a-z])tasks?(?![a-z])|Tasks?(?=[A-Z])")
OF_FRAMEWORKS = re.compile(r"asyncio|TaskGroup|create_task|\.Task\b|BackgroundTasks|add_task")
PAGES = {"jinja2": "jinja2", "mako": "mako", "chameleon": "pt"}
KUBERNETES = "deploy/kubernetes/base"
MONITORING = "deploy/monitoring"
SEVERAL_PODS = ("autoscaler", "backing", "disruption", "migration", "worker")
ONE_POD = ("one_pod", "storage")
GITLAB = (".gitlab-ci.yml", "renovate.json")
# The files that an answer leaves out, by the beginnings of their paths.
LEFT_OUT = {
    ("database", "sqlite"): (
        ".github/workflows/postgresql.yml",
        *(f"{KUBERNETES}/{name}.yaml" for name in SEVERAL_PODS),
        "src/task_service/infrastructure/database/libpq.py",
        "src/task_service/infrastructure/database/postgresql.py",
    ),
    ("database", "postgresql"): tuple(f"{KUBERNETES}/{name}.yaml" for name in ONE_POD),
    ("sample_resource", "none"): (
        "src/task_service/migrations/versions/0002_tasks.py",
        "src/task_service/tasks/",
        # Tornado's shows what happens to them.
        "tests/test_dashboard.py",
        "tests/test_tasks.py",
    ),
    ("ci", "github"): GITLAB,
    ("ci", "gitlab"): (".github/",),
    ("ci", "none"): (".github/", *GITLAB),
    ("deploy", "compose"): (
        "deploy/kubernetes/",
        *(
            f"{MONITORING}/{name}.yaml"
            for name in ("kustomization", "podmonitor", "servicemonitor")
        ),
    ),
    ("deploy", "kubernetes"): (
        "compose.monitoring.yaml",
        *(f"{MONITORING}/{name}.yaml" for name in ("collector", "prometheus")),
    ),
    **{
        ("template_language", language): tuple(
            f"src/task_service/{page}.{kind}"
            for page in ("accounts/templates/form", "web/templates/index")
            for kind in {*PAGES.values()} - {own}
        )
        for language, own in PAGES.items()
    },
}


@each_combination
def test_the_files_are_those_of_the_template_but_what_an_answer_leaves_out(
    template: str, answers: dict[str, str], baked: Baked
) -> None:
    left_out = tuple(start for answer in answers.items() for start in LEFT_OUT.get(answer, ()))
    expected = [path for path in _files_of(template) if not path.startswith(left_out)]
    assert sorted(tree(baked(template, **answers))) == expected


@each_combination
def test_no_empty_folder_is_left(template: str, answers: dict[str, str], baked: Baked) -> None:
    folders = (path for path in baked(template, **answers).rglob("*") if path.is_dir())
    assert [path for path in folders if not any(path.iterdir())] == []


@each_combination
def test_data_files_are_valid(template: str, answers: dict[str, str], baked: Baked) -> None:
    for path, content in tree(baked(template, **answers)).items():
        if path.endswith(".toml"):
            tomllib.loads(content.decode())
        elif path.endswith((".yaml", ".yml")):
            assert all(yaml.load_all(content, yaml.CSafeLoader)), path
        elif path.endswith(".json"):
            json.loads(content)


@each_code
def test_code_is_formatted_and_clean(template: str, answers: dict[str, str], baked: Baked) -> None:
    project = baked(template, **answers)
    for command in (["format", "--check"], ["check"]):
        run(project, sys.executable, "-m", "ruff", *command, "--no-cache")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no hadolint for Windows on PyPI")
@each_combination
def test_the_dockerfile_is_clean(template: str, answers: dict[str, str], baked: Baked) -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    run(baked(template, **answers), hadolint, "Dockerfile")


@pytest.mark.parametrize("template", TEMPLATES)
def test_license_ci_and_deploy_change_no_code(template: str, baked: Baked) -> None:
    """So one project for each of the other answers stands for all that are made of these."""
    code: dict[tuple[str, ...], dict[str, bytes]] = {}
    for answers in pairwise(template):
        others = tuple(answer for name, answer in answers.items() if name not in WITHOUT_CODE)
        found = _code_of(baked(template, **answers))
        assert found == code.setdefault(others, found), answers


@pytest.mark.parametrize("template", TEMPLATES)
def test_nothing_of_postgresql_is_left_in_a_project_without_it(template: str, baked: Baked) -> None:
    files = tree(baked(template, database="sqlite"))
    assert [path for path in files if "postgres" in path] == []
    needing = {path for path, of in files.items() if b"psycopg" in of or b"pgserver" in of}
    assert needing == set()


@pytest.mark.parametrize("template", TEMPLATES)
def test_nothing_of_the_sample_is_left_in_a_project_without_it(template: str, baked: Baked) -> None:
    answers = {"project_name": "My Shop", "description": "Sells.", "sample_resource": "none"}
    files = tree(baked(template, **answers))
    assert [path for path in files if TASK.search(path)] == []
    found = {
        (path, line.strip())
        for path, content in files.items()
        for line in content.decode(errors="replace").splitlines()
        if TASK.search(line) and not OF_FRAMEWORKS.search(line) and "/infrastructure/" not in path
    }
    assert found == set()


def _files_of(template: str) -> list[str]:
    """All files of a template, by the paths that they have in a project."""
    root = folder(template) / "{{cookiecutter.project_slug}}"
    files = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    # Of several answers, each may have a file of its own for the same path.
    return sorted(
        {
            re.sub(r"\{\{if_\w+\('(.+?)'\)\}\}", r"\1", path)
            .replace("{{cookiecutter.__package_name}}", "task_service")
            .replace("{{cookiecutter.__tasks}}", "tasks")
            for path in files
        }
    )


def _code_of(project: Path) -> dict[str, bytes]:
    return {path: content for path, content in tree(project).items() if path.endswith(".py")}
