"""Reads `templates/inherited.toml`, which says what each template inherits of `templates/_base`.

Entries take files away as well as they bring them: no mistake in one is passed over.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from answers import QUESTIONS

NAME = "inherited.toml"
# Folders that are named by an answer, and left out where that is empty.
FOLDERS = {"src": "src/{{cookiecutter.__package_name}}", "src/tasks": "{{cookiecutter.__tasks}}"}
ONE_LINE = re.compile(
    r"\{[{%] (?:verbatim|synchronous|named|extends shared|include shared)\(.+\) [%}]\}\n"
)
# What an entry may say; what each means stands in the description.
_KEYS: dict[str, type | tuple[type, ...]] = {
    "by": (str, list),
    "as": str,
    "when": str,
    "rendered": bool,
    "names_package": bool,
    "asynchronous": bool,
    "line": str,
    "of": list,
}
# Each puts the file in otherwise than as it stands.
_WAYS = ("rendered", "names_package", "asynchronous", "line")

Entry = dict[str, Any]


class Inherited(NamedTuple):
    """A file of a template that inherits."""

    source: str
    template: str
    path: str
    line: str


class Description(NamedTuple):
    """The groups of templates, and the entry of each file of `_base`."""

    groups: dict[str, list[str]]
    files: dict[str, Entry]

    def inherited(self) -> Iterator[Inherited]:
        """The files of all templates."""
        for source, entry in self.files.items():
            for template in self._templates(entry):
                line = _line(source, entry, in_threads=template in self.groups["threads"])
                yield Inherited(source, template, _path(source, entry), line)

    def _templates(self, entry: Entry) -> list[str]:
        return [each for name in _listed(entry["by"]) for each in self.groups.get(name, [name])]


def read(root: Path) -> Description:
    """What a repository's description says; the end, with a line for each fault, if it has any."""
    templates = root / "templates"
    names = [path.name for path in templates.iterdir() if path.is_dir() and path.name[0] != "_"]
    try:
        tables = tomllib.loads((templates / NAME).read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        sys.exit(f"{NAME}: {error}")
    faults = [*_faults(tables, names, templates / "_base")] or [*_clashes(Description(**tables))]
    if faults:
        sys.exit("\n".join(f"{NAME}: {fault}" for fault in faults))
    return Description(**tables)


def _faults(tables: dict[str, Any], templates: list[str], base: Path) -> Iterator[str]:
    if tables.keys() != {"groups", "files"}:
        yield "it has to have the tables groups and files, and no other"
        return
    groups: dict[str, object] = tables["groups"]
    if "threads" not in groups:
        yield "groups: threads is missing"
    for name, members in groups.items():
        if not isinstance(members, list):
            yield f"groups: {name} is no list"
        yield from (
            f"groups: {name}: {each} is no template" for each in _not_in(templates, members)
        )
    for source, entry in tables["files"].items():
        faults = [*_faults_of_keys(entry)] or _faults_of_values(
            source, entry, [*groups, *templates], base
        )
        yield from (f'"{source}": {fault}' for fault in faults)


def _faults_of_keys(entry: object) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield "it is no table"
        return
    if "by" not in entry:
        yield "by is missing"
    for key, value in entry.items():
        if key not in _KEYS:
            yield f"{key} is no key"
        elif not isinstance(value, _KEYS[key]):
            yield f"{key} can't be {value!r}"
    if len(ways := [key for key in _WAYS if key in entry]) > 1:
        yield f"{' and '.join(ways)} exclude each other"
    if ("line" in entry) != ("of" in entry):
        yield "line and of go together"


def _faults_of_values(source: str, entry: Entry, names: list[str], base: Path) -> Iterator[str]:
    for name in _not_in(names, entry["by"]):
        yield f"by: {name} is no group and no template"
    path = entry.get("as", source)
    if not {"", ".", ".."}.isdisjoint(path.split("/")) or set("\\:") & set(path):
        yield f"{path} is no path in a project"
    for file in entry.get("of", [source]):
        if not (base / str(file)).is_file():
            yield f"{file} is not in _base"
    for each in _not_in([*QUESTIONS], _answers(entry)):
        yield f"when: {each} is no answer"
    if "line" in entry and not ONE_LINE.fullmatch(f"{entry['line']}\n"):
        yield "line puts no file in"


def _clashes(description: Description) -> Iterator[str]:
    first: dict[tuple[str, str], str] = {}
    pairs = dict.fromkeys(
        (source, first.setdefault((template, path), source))
        for source, template, path, _ in description.inherited()
    )
    for source, other in pairs:
        if source != other:
            yield f'"{source}": it would be the same file as "{other}"'


def _not_in(known: list[str], names: object) -> list[object]:
    return [name for name in _listed(names) if name not in known]


def _answers(entry: Entry) -> list[str]:
    when: str = entry.get("when", "")
    return when.split("_") if when else []


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _path(source: str, entry: Entry) -> str:
    path: str = entry.get("as", source)
    folder, _, name = path.rpartition("/")
    top, _, rest = folder.partition("/")
    if top == "src":
        if rest.partition("/")[0] == "tasks":
            rest = FOLDERS["src/tasks"] + rest.removeprefix("tasks")
        folder = "/".join(filter(None, (FOLDERS["src"], rest)))
    if when := entry.get("when"):
        name = f"{{{{if_{when}('{name}')}}}}"
    return f"{folder}/{name}".removeprefix("/")


def _line(source: str, entry: Entry, *, in_threads: bool) -> str:
    if "line" in entry:
        line: str = entry["line"]
        return f"{line}\n"
    if entry.get("rendered"):
        return f'{{% extends shared("{source}") %}}\n'
    if entry.get("names_package"):
        return f'{{{{ named("{source}") }}}}\n'
    function = "synchronous" if entry.get("asynchronous") and in_threads else "verbatim"
    return f'{{{{ {function}("{source}") }}}}\n'
