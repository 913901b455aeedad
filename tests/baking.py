"""Projects generated within this process, with the answers as a person would type them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from cookiecutter.main import cookiecutter

from .repository import ROOT, folder


def bake(
    template: str,
    into: Path,
    answers: Mapping[str, str] | None = None,
    *,
    root: Path = ROOT,
    hooks: bool = True,
) -> Path:
    """Generate a project in the folder `into`; what is not answered keeps its default."""
    source = str(folder(template, root))
    with _answering(answers or {}):
        return Path(cookiecutter(source, output_dir=str(into), accept_hooks=hooks))


@contextmanager
def _answering(answers: Mapping[str, str]) -> Iterator[None]:
    """Answer Cookiecutter's questions.

    Answers given as `--no-input name=value` are rendered by Cookiecutter as templates, those that
    a person types are not. The free text of our tests must arrive as it is, so the two functions
    that read from the keyboard are replaced, and all else of Cookiecutter runs.
    """

    def typed(name: str, default: str, *_: object) -> str:
        return answers.get(name, default)

    def chosen(name: str, choices: list[str], *_: object) -> str:
        choice = answers.get(name, choices[0])
        assert choice in choices
        return choice

    with patch.multiple("cookiecutter.prompt", read_user_variable=typed, read_user_choice=chosen):
        yield


def tree(project: Path) -> dict[str, bytes]:
    """Each file of a project by its path with slashes; of a repository, without `.git`."""
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in sorted(project.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(project).parts
    }
