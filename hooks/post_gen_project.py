"""Drops what the answers leave out, and says what to do next; standard library only."""

import os
import sys
from pathlib import Path

SLUG = "{{ cookiecutter.project_slug }}"
PACKAGE = Path("src", "{{ cookiecutter.__package_name }}")
ANSWERS = {"database": "{{ cookiecutter.database }}", "ci": "{{ cookiecutter.ci }}"}
# The files that an answer leaves out; so are their folders when nothing else is in them.
LEFT_OUT = {
    ("database", "sqlite"): [PACKAGE / "postgresql.py"],
    ("ci", "none"): [],
}
# cruft runs the hooks in a temporary folder to compare; only cruft gives `_commit`.
BY_CRUFT = "{{ cookiecutter._commit is defined }}".startswith("T")


def main() -> None:
    """Run in the folder of the new project."""
    for (question, answer), files in LEFT_OUT.items():
        if ANSWERS[question] == answer:
            for file in files:
                drop(file)
    if not (BY_CRUFT and is_temporary(Path.cwd())):
        sys.stdout.write(what_next())


def drop(file: Path) -> None:
    """Remove a file, which must be there, and the folders that are empty without it."""
    file.unlink()
    for folder in file.parents:
        if any(folder.iterdir()):
            break
        folder.rmdir()


def is_temporary(folder: Path) -> bool:
    """Tell whether it will not be there when this has been read."""
    import tempfile

    return Path(tempfile.gettempdir()).resolve() in folder.resolve().parents


def what_next() -> str:
    """The commands that a new project begins with."""
    commands = {
        f"cd {SLUG}": "",
        f"uv run {SLUG}": "starts it; then open http://127.0.0.1:8000",
        "uv run pytest": "runs its tests",
    }
    width = max(map(len, commands))
    lines = (
        f"    {bold(command)}{' ' * (width - len(command))}    {effect}".rstrip()
        for command, effect in commands.items()
    )
    return f"\n{bold('Your service is ready.')} What next:\n\n" + "\n".join(lines) + "\n"


def bold(text: str) -> str:
    """Mark text where the output is a terminal that wants colours (https://no-color.org)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if plain or not sys.stdout.isatty() else f"\033[1;32m{text}\033[0m"


main()
