"""*Which one?*: the questions, and what the ranking stands on: measurements and tests."""

import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from typing import Any

from output import HERE, Site
from projects import MENU, generated

from bench import figures

# As a team knows it that has a service in Hug, which can't be chosen any more.
FROM_HUG = "fastapi"


def write(site: Site) -> None:
    """Write the first page and what it ranks by."""
    choices = tomllib.loads((HERE / "choices.toml").read_text("utf-8"))
    comparison = figures.read()
    named = (name for each in choices["criteria"].values() for name in each.get("rows", ()))
    rows = _rows(comparison, named)
    data = {
        **choices,
        "features": {
            name: feature | {"shown": dict(_shown(feature["tests"]))}
            for name, feature in choices["features"].items()
        },
        "hug": FROM_HUG,
        "rows": rows,
        "titles": {name: entry["title"] for name, entry in MENU.items()},
    }
    site.write("choose/data.json", json.dumps(data))
    site.page("index.html", "index.html", menu=MENU, comparison=comparison, hug=FROM_HUG, **choices)


def _rows(comparison: dict[str, Any], named: Iterable[str]) -> dict[str, Any]:
    """The rows that are named; raises SystemExit where one is not there."""
    rows = {row["id"]: row for row in comparison["rows"]}
    found = {name: rows.get(name) for name in named}
    if lacks := [name for name, row in found.items() if row is None]:
        sys.exit(f"{figures.FILE} lacks the rows {', '.join(lacks)}, which choices.toml names")
    return found


def _shown(tests: list[str]) -> Iterator[tuple[str, str]]:
    """Each template that has one of these tests, and that one."""
    for template in MENU:
        files = dict(_tests(template))
        if found := [test for test in tests if test in files]:
            yield template, f"{files[found[0]]}::{found[0]}"


def _tests(template: str) -> Iterator[tuple[str, str]]:
    """Each test of a project's own, or else of ours for its framework, and where it stands."""
    ours = (HERE.parent, f"tests/infrastructure/{template}")
    for root, folder in (ours, (generated(template), "tests")):
        for file in sorted(root.glob(f"{folder}/test_*.py")):
            for name in re.findall(r"\bdef (test_\w+)", file.read_text("utf-8")):
                yield name, f"{folder}/{file.name}"
