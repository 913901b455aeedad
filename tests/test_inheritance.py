"""What templates share stands once; each says of every shared file what it does with it."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from .baking import bake
from .repository import BASE, TEMPLATES, folder, options

# Beside a template's `cookiecutter.json`: the files of `_base` that it does not use, each with
# the reason.
NOT_INHERITED = "not_inherited.toml"


@pytest.fixture(scope="module", params=TEMPLATES)
def template(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def inherited(template: str, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The shared files that are read when each answer is given once."""
    with _reading() as read:
        for option, choices in options(template).items():
            for choice in choices:
                into = tmp_path_factory.mktemp(template)
                bake(template, into, {option: choice}, hooks=False)
    return {path.relative_to(BASE).as_posix() for path in read if BASE in path.parents}


def test_each_shared_file_is_inherited_or_there_is_a_reason(
    template: str, inherited: set[str]
) -> None:
    shared = {path.relative_to(BASE).as_posix() for path in _files(BASE)}
    assert shared - inherited == _reasons(template).keys()


def test_each_reason_is_a_sentence(template: str) -> None:
    assert [path for path, reason in _reasons(template).items() if len(reason.split()) < 3] == []


def test_no_file_is_a_copy_of_a_shared_one(template: str) -> None:
    shared = {path.read_bytes(): path.relative_to(BASE) for path in _files(BASE)}
    copies = {
        path.relative_to(folder(template)): shared[content]
        for path in _files(folder(template))
        if (content := path.read_bytes()) in shared
    }
    assert copies == {}


def _reasons(template: str) -> Mapping[str, str]:
    file = folder(template) / NOT_INHERITED
    return tomllib.loads(file.read_text("utf-8")) if file.exists() else {}


def _files(root: Path) -> Iterator[Path]:
    for path in root.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


@contextmanager
def _reading() -> Iterator[set[Path]]:
    """Note which files are read as text: all that a template inherits comes in this way."""
    read: set[Path] = set()
    read_text = Path.read_text

    def noting(path: Path, encoding: str | None = None) -> str:
        read.add(path)
        return read_text(path, encoding)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_text", noting)
        yield read
