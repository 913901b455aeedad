"""Removes folders that the answers leave empty, says what to do next; standard library only."""

import os
import sys
from pathlib import Path

SLUG = "{{ cookiecutter.project_slug }}"
# An answer leaves out a file by its name, which is empty then; the folder is made all the same.
MAY_BE_EMPTY = [
    Path(".github"),
    Path("deploy"),
    Path("src", "{{ cookiecutter.__package_name }}", "tasks"),
]
# cruft runs the hooks in a temporary folder to compare; only cruft gives `_commit`.
BY_CRUFT = "{{ cookiecutter._commit is defined }}".startswith("T")


def main() -> None:
    """Run in the folder of the new project."""
    for folder in MAY_BE_EMPTY:
        remove_if_empty(folder)
    if not (BY_CRUFT and is_temporary(Path.cwd())):
        sys.stdout.write(what_next())


def remove_if_empty(folder: Path) -> None:
    """Remove a folder with nothing in it but folders of this kind."""
    for inner in folder.iterdir() if folder.is_dir() else ():
        if inner.is_dir():
            remove_if_empty(inner)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def is_temporary(folder: Path) -> bool:
    """Tell whether it will not be there when this has been read."""
    import tempfile

    return Path(tempfile.gettempdir()).resolve() in folder.resolve().parents


def what_next() -> str:
    """The commands that a new project begins with."""
    commands = {
        f"cd {quoted(way_to(Path.cwd()))}": "",
        f"uv run {SLUG}": "starts it; then open http://127.0.0.1:8000",
        "uv run pytest": "runs its tests",
    }
    width = max(len(command) for command, effect in commands.items() if effect)
    lines = (
        f"    {bold(command)}{' ' * (width - len(command))}    {effect}".rstrip()
        for command, effect in commands.items()
    )
    return f"\n{bold('Your service is ready.')} What next:\n\n" + "\n".join(lines) + "\n"


def way_to(project: Path) -> str:
    """Its path from where the person is; in full where that is not above it."""
    # The extension sets it. Links may be in it, so no way up from there is sure to lead anywhere.
    person = Path(os.environ["PWD"])
    return str(project.relative_to(person) if project.is_relative_to(person) else project)


def quoted(path: str) -> str:
    """As a shell wants it where it has spaces or more in it."""
    if os.name == "nt":
        from subprocess import list2cmdline

        return list2cmdline([path])
    from shlex import quote

    return quote(path)


def bold(text: str) -> str:
    """Mark text where the output is a terminal that wants colours (https://no-color.org)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if plain or not sys.stdout.isatty() else f"\033[1;32m{text}\033[0m"


main()
