"""A generated project is clean to the last character."""

import re
from pathlib import Path, PurePosixPath

import pytest

from .baking import tree
from .combinations import each_combination
from .conftest import Baked
from .repository import BASE, ROOT, TEMPLATES, folder

# Windows takes 260 characters; a clone, or an archive that Cookiecutter unpacks, lies some 75 deep,
# what cruft or a test makes in a folder for temporary files over 100.
LONGEST_PATH = 145
# With the longest short name, which is in there twice.
LONGEST_PATH_OF_A_PROJECT = 165
# GitHub's expressions begin with a dollar.
UNRENDERED = re.compile(r"(?<!\$)\{\{|\{%|\{#|\bcookiecutter\.")
# In Python, and where code is shown, braces are code as well: there it takes one of our own words.
UNRENDERED_IN_CODE = re.compile(
    r"\{\{ ?(?:cookiecutter|verbatim|synchronous|named|shared)|\{\{if_\w+\("
    r"|\{% ?(?:(?:end)?(?:if|for|set|block)|extends|include)"
)


@each_combination
def test_nothing_is_left_to_render(template: str, answers: dict[str, str], baked: Baked) -> None:
    found = {
        path: match[0]
        for path, text in _texts(baked(template, **answers)).items()
        # What the service itself renders, or Prometheus and Grafana do.
        if not {"templates", "monitoring"} & set(PurePosixPath(path).parts)
        and not path.endswith(".tpl")
        and (
            match := (UNRENDERED_IN_CODE if path.endswith((".py", ".md")) else UNRENDERED).search(
                text
            )
        )
    }
    assert found == {}


@each_combination
def test_only_the_mark_of_a_typed_package_is_empty(
    template: str, answers: dict[str, str], baked: Baked
) -> None:
    texts = _texts(baked(template, **answers))
    assert {path for path, text in texts.items() if not text.strip()} == {
        "src/task_service/py.typed"
    }


@each_combination
def test_lines_end_well(template: str, answers: dict[str, str], baked: Baked) -> None:
    """No white space at their ends, no tabs, no carriage returns; one line break ends a file."""
    wrong = {
        path
        for path, text in _texts(baked(template, **answers)).items()
        if re.search(r"[ \t]+$|\t|\r|\n\n\Z|\A\n|[^\n]\Z", text, re.MULTILINE)
    }
    assert wrong == set()


@each_combination
def test_blank_lines_come_in_ones_or_between_definitions_in_twos(
    template: str, answers: dict[str, str], baked: Baked
) -> None:
    wrong = {
        path
        for path, text in _texts(baked(template, **answers)).items()
        if re.search(r"\n{4,}" if path.endswith((".py", ".mako", ".md")) else r"\n{3,}", text)
    }
    assert wrong == set()


@each_combination
def test_no_path_of_this_machine_is_in_it(
    template: str, answers: dict[str, str], baked: Baked
) -> None:
    project = baked(template, **answers)
    paths = {str(ROOT), str(Path.home()), str(project), str(project.parent)}
    found = {
        (path, of)
        for path, text in _texts(project).items()
        for of in paths - {"/", "/root"}
        if of in text
    }
    assert found == set()


@each_combination
def test_no_link_is_in_it(template: str, answers: dict[str, str], baked: Baked) -> None:
    """In zip archives, and where git makes none, a link is a file with the name of another."""
    assert [path for path in baked(template, **answers).rglob("*") if path.is_symlink()] == []


@pytest.mark.parametrize("root", [BASE, *map(folder, TEMPLATES)], ids=lambda path: path.name)
def test_no_link_is_in_a_template(root: Path) -> None:
    assert [path for path in root.rglob("*") if path.is_symlink()] == []


@pytest.mark.parametrize("root", [BASE, *map(folder, TEMPLATES)], ids=lambda path: path.name)
def test_no_path_of_a_template_is_too_long_for_windows(root: Path) -> None:
    paths = (path.relative_to(ROOT).as_posix() for path in root.rglob("*"))
    assert [path for path in paths if len(path) > LONGEST_PATH] == []


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_path_of_a_project_is_too_long_for_windows(template: str, baked: Baked) -> None:
    slug = "a" * 50
    paths = (f"{slug}/{path}" for path in tree(baked(template, project_slug=slug)))
    assert [path for path in paths if len(path) > LONGEST_PATH_OF_A_PROJECT] == []


def _texts(project: Path) -> dict[str, str]:
    """The files that are text: nothing is rendered in one with a NUL."""
    return {
        path: content.decode() for path, content in tree(project).items() if b"\0" not in content
    }
