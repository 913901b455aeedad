"""What templates share stands once, and one description says who inherits it."""

from collections.abc import Iterator
from pathlib import Path

import description
import inherit
import pytest

from .repository import BASE, ROOT, TEMPLATES, folder

# These are put into others.
WITHIN_OTHERS = (
    "readme/",
    "src/accounts/form.html",
    "src/web/next_steps.html",
    "tests/accounts_webtest.py",
)
GROUPS = '[groups]\nall = ["x", "y"]\nthreads = ["y"]\n\n[files]\n'
LINE = '{% extends shared("README.md") %}\n'


def test_the_templates_inherit_as_it_is_described() -> None:
    """Else run `uvx nox -s inherit`."""
    assert {path.relative_to(ROOT): line for path, line in inherit.changes(ROOT).items()} == {}


def test_each_shared_file_is_inherited() -> None:
    described = {
        source
        for path, entry in description.read(ROOT).files.items()
        for source in entry.get("of", [path])
    }
    shared = {path.relative_to(BASE).as_posix() for path in _files(BASE)}
    assert {path for path in shared if not path.startswith(WITHIN_OTHERS)} == described


def test_all_is_every_template_of_the_menu() -> None:
    groups = description.read(ROOT).groups
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


def test_what_is_inherited_is_written_renamed_and_removed(repository: Path) -> None:
    _describe(repository, '"src/a.py" = { by = ["all"], asynchronous = true }')
    inherit.write(repository)
    assert _written(repository) == {
        "x/src/{{cookiecutter.__package_name}}/a.py": '{{ verbatim("src/a.py") }}\n',
        "y/src/{{cookiecutter.__package_name}}/a.py": '{{ synchronous("src/a.py") }}\n',
    }
    _describe(repository, '"src/a.py" = { by = "x", as = "src/tasks/b.py", when = "tasks" }')
    inherit.write(repository)
    assert _written(repository) == {
        "x/src/{{cookiecutter.__package_name}}/{{cookiecutter.__tasks}}/"
        "{{if_tasks('b.py')}}": '{{ verbatim("src/a.py") }}\n'
    }


def test_blocks_that_a_template_replaces_are_left_alone(repository: Path) -> None:
    text = f"{LINE}{{% block a %}}\nA\n{{% endblock %}}\n\n{{% block b %}}{{% endblock %}}\n"
    _describe(repository, '"README.md" = { by = "x", rendered = true }')
    _write(repository, "x/README.md", text)
    inherit.write(repository)
    assert _written(repository) == {"x/README.md": text}


OWN = "has a text of its own: take it out of inherited.toml"


@pytest.mark.parametrize(
    ("path", "text", "conflict"),
    [
        ("noxfile.py", "import nox\n", OWN),
        ("noxfile.py", '{{ verbatim("noxfile.py") }}\nimport os\n', OWN),
        ("README.md", '{% extends shared("noxfile.py") %}\n{% block a %}{% endblock %}\n', OWN),
        (
            "README.md",
            f"{LINE}{{% block a %}}{{% endblock %}}\nMore\n",
            "has a text beside its blocks, which Jinja drops",
        ),
        (
            "OTHER.md",
            f"{LINE}{{% block a %}}{{% endblock %}}\n",
            "extends a file, of which inherited.toml says nothing",
        ),
    ],
)
def test_no_text_is_lost_and_nothing_written_beside_it(
    repository: Path, path: str, text: str, conflict: str
) -> None:
    _describe(
        repository,
        '"src/a.py" = { by = "all" }\n"noxfile.py" = { by = "y" }\n'
        '"README.md" = { by = "y", rendered = true }',
    )
    _write(repository, f"y/{path}", text)
    _write(repository, "y/old.py", '{{ verbatim("old.py") }}\n')
    before = _written(repository)
    with pytest.raises(SystemExit) as end:
        inherit.write(repository)
    assert end.value.code == f"templates/y/{inherit.PROJECT}/{path} {conflict}"
    assert _written(repository) == before


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('"src/a.py" = { by = "ally" }', '"src/a.py": by: ally is no group and no template'),
        ('"src/a.py" = { by = ["x", 3] }', '"src/a.py": by: 3 is no group and no template'),
        ('"src/a.py" = { by = true }', '"src/a.py": by can\'t be True'),
        ('"src/a.py" = {}', '"src/a.py": by is missing'),
        ('"src/a.py" = "all"', '"src/a.py": it is no table'),
        ('"src/a.py" = { by = "x", asynchronus = true }', '"src/a.py": asynchronus is no key'),
        (
            '"src/a.py" = { by = "x", as = "../a.py" }',
            '"src/a.py": ../a.py is no path in a project',
        ),
        ('"src/a.py" = { by = "x", as = "/a.py" }', '"src/a.py": /a.py is no path in a project'),
        ("'src/a.py' = { by = 'x', as = 'C:\\a' }", '"src/a.py": C:\\a is no path in a project'),
        (
            '"src/a.py" = { by = "all", as = "noxfile.py" }\n"noxfile.py" = { by = "all" }',
            '"noxfile.py": it would be the same file as "src/a.py"',
        ),
        ('"noxfiel.py" = { by = "x" }', '"noxfiel.py": noxfiel.py is not in _base'),
        (
            '"a" = { by = "x", line = "{{ verbatim(b) }}", of = ["b"] }',
            '"a": b is not in _base',
        ),
        ('"src/a.py" = { by = "x", of = ["src/a.py"] }', '"src/a.py": line and of go together'),
        ('"a" = { by = "x", line = "a", of = ["src/a.py"] }', '"a": line puts no file in'),
        (
            '"src/a.py" = { by = "x", rendered = true, asynchronous = true }',
            '"src/a.py": rendered and asynchronous exclude each other',
        ),
        (
            '"src/a.py" = { by = "z" }\n"b.py" = { by = "x" }',
            '"src/a.py": by: z is no group and no template\n"b.py": b.py is not in _base',
        ),
    ],
)
def test_faults_of_entries_are_named_and_nothing_is_written(
    repository: Path, entry: str, fault: str
) -> None:
    _describe(repository, f'"README.md" = {{ by = "all" }}\n{entry}')
    _assert_faults(repository, fault)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[groups", "Expected ']' at the end of a table declaration (at end of document)"),
        (
            "[groups]\nthreads = []\n[file]",
            "it has to have the tables groups and files, and no other",
        ),
        ("[groups]\n[files]", "groups: threads is missing"),
        ('[groups]\nthreads = "x"\n[files]', "groups: threads is no list"),
        ('[groups]\nthreads = ["z"]\n[files]', "groups: threads: z is no template"),
    ],
)
def test_faults_of_groups_are_named_and_nothing_is_written(
    repository: Path, text: str, fault: str
) -> None:
    (repository / "templates" / description.NAME).write_text(text, "utf-8")
    _assert_faults(repository, fault)


def _assert_faults(repository: Path, faults: str) -> None:
    _write(repository, "y/README.md", '{{ verbatim("OLD.md") }}\n')
    before = _written(repository)
    with pytest.raises(SystemExit) as end:
        inherit.write(repository)
    assert end.value.code == "\n".join(f"inherited.toml: {fault}" for fault in faults.splitlines())
    assert _written(repository) == before


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One with the templates `x` and `y`."""
    for path in ("_base/README.md", "_base/noxfile.py", "_base/src/a.py", "x/.keep", "y/.keep"):
        file = tmp_path / "templates" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return tmp_path


def _describe(repository: Path, files: str) -> None:
    (repository / "templates" / description.NAME).write_text(f"{GROUPS}{files}\n", "utf-8")


def _write(repository: Path, path: str, text: str) -> None:
    template, _, name = path.partition("/")
    file = repository / "templates" / template / inherit.PROJECT / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def _written(repository: Path) -> dict[str, str]:
    """The files of the templates, without the name that all their projects have."""
    templates = repository / "templates"
    return {
        path.relative_to(templates).as_posix().replace(f"/{inherit.PROJECT}", ""): path.read_text()
        for path in templates.rglob("*")
        if path.is_file() and inherit.PROJECT in path.parts
    }


def _files(root: Path) -> Iterator[Path]:
    for path in root.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path
