"""Writes the files of the templates that only inherit, as `templates/inherited.toml` says.

Each is one line, by which Cookiecutter puts in a file of `templates/_base`. Blocks may follow it
where it extends that file: they are the template's. `python hooks/inherit.py`; standard library
only.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import description

ROOT = Path(__file__).resolve().parents[1]
PROJECT = "{{cookiecutter.project_slug}}"
_EXTENDS = "{% extends shared("
_BLOCKS = re.compile(r"(?s)\{% block .*?\{% endblock %\}|\s+")


def main() -> None:
    """Do it in this repository."""
    write(ROOT)


def write(root: Path) -> None:
    """Write what is missing or has changed, and remove what is inherited no longer."""
    for path, line in changes(root).items():
        if line:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(line, "utf-8", newline="\n")
        else:
            path.unlink()
            _remove_empty(path.parent)


def changes(root: Path) -> dict[Path, str]:
    """What to write where, nothing for what to remove; the end, if that would lose a text."""
    missing = {
        root / "templates" / template / PROJECT / path: line
        for _, template, path, line in description.read(root).inherited()
    }
    changed, conflicts = {}, []
    for path, text in _texts(root):
        line = missing.pop(path, "")
        if description.ONE_LINE.fullmatch(text):
            if text != line:
                changed[path] = line
        elif conflict := _conflict(text, line):
            conflicts.append(f"{path.relative_to(root).as_posix()} {conflict}")
    if conflicts:
        sys.exit("\n".join(sorted(conflicts)))
    return changed | missing


def _conflict(text: str, line: str) -> str | None:
    """Why a text of more than one line can't stand where that line is asked for, or none is."""
    extends = text.startswith(_EXTENDS)
    if not line:
        return f"extends a file, of which {description.NAME} says nothing" if extends else None
    if not extends or not text.startswith(line):
        return f"has a text of its own: take it out of {description.NAME}"
    if _BLOCKS.sub("", text.removeprefix(line)):
        return "has a text beside its blocks, which Jinja drops"
    return None


def _texts(root: Path) -> Iterator[tuple[Path, str]]:
    for path in root.glob(f"templates/*/{PROJECT}/**/*"):
        if path.is_file():
            yield path, path.read_text("utf-8", errors="replace")


def _remove_empty(folder: Path) -> None:
    while not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


if __name__ == "__main__":
    main()
