"""Writes the files of the templates that only inherit, as `templates/inherited.toml` says.

Each is one line, by which Cookiecutter puts in a file of `templates/_base`. A file with more in it
is the template's own, and left alone. `python hooks/inherit.py`; standard library only.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DESCRIPTION = "inherited.toml"
PROJECT = "{{cookiecutter.project_slug}}"
# Folders that are named by an answer, and left out where that is empty.
FOLDERS = {"src": "src/{{cookiecutter.__package_name}}", "src/tasks": "{{cookiecutter.__tasks}}"}
_ONE_LINE = re.compile(
    r"\{[{%] (?:verbatim|synchronous|named|extends shared|include shared)\(.+\) [%}]\}\n"
)


def main() -> None:
    """Do it in this repository."""
    write(ROOT)


def write(root: Path) -> None:
    """Write what is missing or has changed, and remove what is inherited no longer."""
    for path, text in expected(root).items():
        if is_own(path, text) or (path.exists() and path.read_text("utf-8") == text):
            continue
        if path.exists() and not _inherits(path):
            sys.exit(
                f"{path.relative_to(root)} has a text of its own: take it out of {DESCRIPTION}"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    for path in unexpected(root):
        path.unlink()
        _remove_empty(path.parent)


def expected(root: Path) -> dict[Path, str]:
    """The one-line files of all templates, and what stands in each."""
    description = _description(root)
    groups = description["groups"]
    return {
        root / "templates" / template / PROJECT / _path(source, entry): _line(
            source, entry, template in groups["threads"]
        )
        for source, entry in description["files"].items()
        for template in _templates(entry, groups)
    }


def unexpected(root: Path) -> list[Path]:
    """The one-line files that nothing asks for."""
    wanted = expected(root)
    return [path for path in _files(root) if path not in wanted and _inherits(path)]


def is_own(path: Path, text: str) -> bool:
    """Whether a file begins as it would if it inherited only, and goes on: it overrides blocks."""
    return path.exists() and path.read_text("utf-8").startswith(text) and not _inherits(path)


def _description(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "templates" / DESCRIPTION).read_text("utf-8"))


def _templates(entry: dict[str, Any], groups: dict[str, list[str]]) -> list[str]:
    return [
        template
        for name in (entry["by"] if isinstance(entry["by"], list) else [entry["by"]])
        for template in groups.get(name, [name])
    ]


def _path(source: str, entry: dict[str, Any]) -> str:
    path: str = entry.get("as", source)
    folder, _, name = path.rpartition("/")
    top, _, rest = folder.partition("/")
    if top == "src":
        if rest.partition("/")[0] == "tasks":
            rest = FOLDERS["src/tasks"] + rest.removeprefix("tasks")
        folder = "/".join(filter(None, (FOLDERS["src"], rest)))
    if when := entry.get("when"):
        name = f"{{% if {when} %}}{name}{{% endif %}}"
    return f"{folder}/{name}".removeprefix("/")


def _line(source: str, entry: dict[str, Any], in_threads: bool) -> str:
    if "line" in entry:
        line: str = entry["line"]
        return f"{line}\n"
    if entry.get("rendered"):
        return f'{{% extends shared("{source}") %}}\n'
    if entry.get("names_package"):
        return f'{{{{ named("{source}") }}}}\n'
    function = "synchronous" if entry.get("asynchronous") and in_threads else "verbatim"
    return f'{{{{ {function}("{source}") }}}}\n'


def _files(root: Path) -> Iterator[Path]:
    for path in root.glob(f"templates/*/{PROJECT}/**/*"):
        if path.is_file():
            yield path


def _inherits(path: Path) -> bool:
    try:
        return _ONE_LINE.fullmatch(path.read_text("utf-8")) is not None
    except UnicodeDecodeError:
        return False


def _remove_empty(folder: Path) -> None:
    while not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


if __name__ == "__main__":
    main()
