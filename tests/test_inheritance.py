"""What templates share stands once, and one description says who inherits it."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import inherit
import pytest

from .repository import BASE, ROOT, TEMPLATES, folder

DESCRIPTION = tomllib.loads((ROOT / "templates" / inherit.DESCRIPTION).read_text("utf-8"))
# These are put into others.
WITHIN_OTHERS = ("readme/",)


def test_the_templates_inherit_as_it_is_described() -> None:
    """Else run `uvx nox -s inherit`."""
    stale = [
        path.relative_to(ROOT)
        for path, text in inherit.expected(ROOT).items()
        if not path.exists() or not (path.read_text("utf-8") == text or inherit.is_own(path, text))
    ]
    assert stale == []
    assert [path.relative_to(ROOT) for path in inherit.unexpected(ROOT)] == []


def test_each_shared_file_is_inherited() -> None:
    described = {
        source for path, entry in DESCRIPTION["files"].items() for source in entry.get("of", [path])
    }
    shared = {path.relative_to(BASE).as_posix() for path in _files(BASE)}
    assert {path for path in shared if not path.startswith(WITHIN_OTHERS)} == described


def test_all_is_every_template_of_the_menu() -> None:
    groups: dict[str, list[str]] = DESCRIPTION["groups"]
    assert groups["all"] == list(TEMPLATES)
    assert {template for names in groups.values() for template in names} == set(TEMPLATES)


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_file_is_a_copy_of_a_shared_one(template: str) -> None:
    shared = {path.read_bytes(): path.relative_to(BASE) for path in _files(BASE)}
    copies = {
        path.relative_to(folder(template)): shared[content]
        for path in _files(folder(template))
        if (content := path.read_bytes()) in shared
    }
    assert copies == {}


def test_what_is_inherited_is_written_renamed_and_removed(tmp_path: Path) -> None:
    project = _described(
        tmp_path, '"src/a.py" = { by = ["x"] }\n"README.md" = { by = "x", rendered = true }'
    )
    own = project / "README.md"
    own.parent.mkdir(parents=True)
    own.write_text('{% extends shared("README.md") %}\n{% block more %}More{% endblock %}\n')
    inherit.write(tmp_path)
    package = project / "src" / "{{cookiecutter.__package_name}}"
    assert (package / "a.py").read_text() == '{{ verbatim("src/a.py") }}\n'
    assert own.read_text().endswith("More{% endblock %}\n")

    _described(
        tmp_path, '"src/a.py" = { by = ["x"], as = "src/tasks/b.py", when = "cookiecutter.c" }'
    )
    inherit.write(tmp_path)
    assert [path.relative_to(package).as_posix() for path in _files(package)] == [
        "{{cookiecutter.__tasks}}/{% if cookiecutter.c %}b.py{% endif %}"
    ]


def test_a_file_with_a_text_of_its_own_is_not_written_over(tmp_path: Path) -> None:
    project = _described(tmp_path, '"noxfile.py" = { by = "x" }')
    project.mkdir(parents=True)
    (project / "noxfile.py").write_text("import nox\n")
    with pytest.raises(SystemExit, match=r"noxfile\.py has a text of its own"):
        inherit.write(tmp_path)
    assert (project / "noxfile.py").read_text() == "import nox\n"


def _described(root: Path, files: str) -> Path:
    """A repository with that description; the folder of its template `x`."""
    templates = root / "templates"
    templates.mkdir(exist_ok=True)
    groups = "[groups]\nthreads = []\n\n[files]\n"
    (templates / inherit.DESCRIPTION).write_text(f"{groups}{files}\n", "utf-8")
    return templates / "x" / inherit.PROJECT


def _files(root: Path) -> Iterator[Path]:
    for path in root.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path
