"""Generated projects, and what is in them."""

from collections.abc import Mapping
from pathlib import Path
from unittest.mock import patch

from cookiecutter.main import cookiecutter
from pytest_cookies.plugin import Result

from .repository import folder


def project_of(result: Result) -> Path:
    """The project that pytest-cookies has baked."""
    if result.exception:
        raise result.exception
    return Path(result.project_path)


def bake_typed(
    template: str, into: Path, answers: Mapping[str, str], *, hooks: bool = True
) -> Path:
    """Generate a project in the folder `into` with answers as a person types them.

    pytest-cookies gives answers as `--no-input name=value` does: Cookiecutter renders them as
    templates. Text that must arrive as it is comes through the two functions that read from the
    keyboard, which are replaced; all else of Cookiecutter runs.
    """

    def typed(name: str, default: str, *_: object) -> str:
        return answers.get(name, default)

    def chosen(name: str, choices: list[str], *_: object) -> str:
        choice = answers.get(name, choices[0])
        assert choice in choices
        return choice

    with patch.multiple("cookiecutter.prompt", read_user_variable=typed, read_user_choice=chosen):
        return Path(cookiecutter(str(folder(template)), output_dir=str(into), accept_hooks=hooks))


def tree(project: Path) -> dict[str, bytes]:
    """Each file of a project by its path with slashes; of a repository, without `.git`."""
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in sorted(project.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(project).parts
    }
