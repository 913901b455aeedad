"""What is said in several places is the same everywhere."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from .combinations import WITHOUT_CODE
from .repository import MENU, ROOT, TEMPLATES, folder, options

README = (ROOT / "README.md").read_text("utf-8")
QUESTIONS = (
    "project_name",
    "project_slug",
    "description",
    "author_name",
    "author_email",
    "license",
    "database",
    "sample_resource",
    "ci",
    "deploy",
)


def test_each_folder_is_in_the_menu() -> None:
    folders = {path.parent for path in (ROOT / "templates").glob("*/cookiecutter.json")}
    assert folders == {folder(template) for template in TEMPLATES}


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_menu_names_a_template_as_its_folder(template: str) -> None:
    assert MENU[template]["path"] == f"./templates/{template}"


def test_the_table_of_the_readme_is_the_menu() -> None:
    rows = re.findall(r"^\| `(\w+)` \| \[(.+?)\]\((.+?)\) \| (.+?) \|$", README, re.MULTILINE)
    assert rows == [
        (template, MENU[template]["title"], f"templates/{template}", MENU[template]["description"])
        for template in TEMPLATES
    ]


def test_the_table_of_questions_is_what_the_templates_ask() -> None:
    asked = {name: choices for template in TEMPLATES for name, choices in options(template).items()}
    table = README.partition("| question |")[2].partition("\n\n")[0]
    rows = re.findall(r"(?m)^\| (`.+?`) \| (.+) \|$", table)
    said = [(name, of) for names, of in rows for name in re.findall(r"\w+", names)]
    assert [name for name, _ in said] == [*QUESTIONS, *sorted(asked.keys() - {*QUESTIONS})]
    for name, choices in asked.items():
        assert re.findall(r"`([\w.-]+)`", dict(said)[name]) == choices


def test_nox_has_two_sessions_for_each_template_and_each_answer_that_changes_code() -> None:
    variants = [
        variant
        for template in TEMPLATES
        for variant in (
            template,
            *(
                f"{template}-{choice}"
                for option, choices in options(template).items()
                if option not in WITHOUT_CODE
                for choice in choices[1:]
            ),
        )
    ]
    listed = {each["session"] for each in _nox_sessions("template", "contract")}
    assert listed == {f"{of}({variant})" for of in ("template", "contract") for variant in variants}


def test_nox_alone_checks_the_repository_and_each_template() -> None:
    run = {session["session"] for session in _nox_sessions()}
    assert run == {"lint", "tests", "projects"}


def test_each_nox_session_says_what_it_does_in_one_line() -> None:
    listed = dict(re.findall(r"(?m)^[*-] (\S+)(?: -> (.+))?$", _nox_list()))
    assert {"lint", f"fuzz({TEMPLATES[0]})"} <= listed.keys()
    assert [name for name, description in listed.items() if not description] == []


def test_no_template_is_named_in_the_workflows() -> None:
    """They take the sessions that nox lists, so that a new template needs no edit."""
    for file in (ROOT / ".github").rglob("*.yml"):
        assert not set(re.findall(r"\w+", file.read_text("utf-8"))) & set(TEMPLATES), file


def test_actions_are_pinned_to_the_same_commits_everywhere() -> None:
    pins: dict[str, set[str]] = {}
    for root in (ROOT, ROOT / "templates" / "_base"):
        for file in (root / ".github" / "workflows").iterdir():
            for job in yaml.safe_load(file.read_text("utf-8"))["jobs"].values():
                for used in (step["uses"] for step in job["steps"] if "uses" in step):
                    action, _, commit = used.partition("@")
                    pins.setdefault(action, set()).add(commit)
    assert [action for action, commits in pins.items() if len(commits) > 1] == []
    assert all(re.fullmatch(r"[0-9a-f]{40}", commit) for of in pins.values() for commit in of)


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("name", ["cookiecutter_backends.py", "hooks/post_gen_project.py"])
def test_what_cookiecutter_wants_in_each_template_is_the_same(template: str, name: str) -> None:
    assert _text(template, name) == _text(TEMPLATES[0], name)


@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_ask_the_same_in_the_same_order(template: str) -> None:
    """A template may ask more, after these."""
    ours, first = _context(template), _context(TEMPLATES[0])
    assert tuple(ours)[: len(QUESTIONS)] == QUESTIONS
    shared = [name for name in ours if name in first and name != "__prompts__"]
    assert {name: ours[name] for name in shared} == {name: first[name] for name in shared}
    private = {name for name in first if name.startswith("_")}
    # Only a template with binary files has to name them.
    assert private - {"_copy_without_render"} <= ours.keys()
    prompts = {name: ours["__prompts__"][name] for name in QUESTIONS}
    assert prompts == {name: first["__prompts__"][name] for name in QUESTIONS}


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_question_has_a_sentence_and_each_choice_too(template: str) -> None:
    context = _context(template)
    prompts = context["__prompts__"]
    asked = {name: default for name, default in context.items() if not name.startswith("_")}
    assert prompts.keys() == asked.keys()
    for name, default in asked.items():
        if isinstance(default, list):
            assert prompts[name].keys() == {"__prompt__", *default}
            recommended = [choice for choice in default if "(recommended)" in prompts[name][choice]]
            assert recommended == default[:1]


def test_ci_runs_the_test_command_of_the_readme() -> None:
    run = ROOT / ".ci" / "run"
    assert "pip install uv && uvx nox" in README
    assert "{ pip install uv && uvx nox; }" in run.read_text("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permission")
def test_the_ci_script_may_be_run() -> None:
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def _nox_sessions(*names: str) -> list[dict[str, Any]]:
    """The sessions of these names, or those that run if none is named."""
    picked = ("-s", *names) if names else ()
    sessions: list[dict[str, Any]] = json.loads(_nox_list("--json", *picked))
    return sessions


def _nox_list(*options: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "nox", "--list", *options],
        cwd=ROOT,
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout


def _context(template: str) -> dict[str, Any]:
    context: dict[str, Any] = json.loads(_text(template, "cookiecutter.json"))
    return context


def _text(template: str, name: str) -> str:
    return Path(folder(template), name).read_text("utf-8")
