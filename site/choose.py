"""*Which one?*: the questions, and what the ranking stands on: measurements and tests."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from measured import measured
from output import HERE, Site
from projects import MENU, generated

# As a team knows it that has a service in Hug, which can't be chosen any more.
FROM_HUG = "fastapi"


def write(site: Site) -> None:
    """Write the first page and what it ranks by."""
    choices = tomllib.loads((HERE / "choices.toml").read_text("utf-8"))
    named = [name for each in choices["criteria"].values() for name in each.get("rows", ())]
    comparison, rows = measured(named)
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


def _shown(tests: list[str]) -> Iterator[tuple[str, str]]:
    """Each template whose projects have one of these tests, and that one."""
    for template in MENU:
        files = dict(_tests(generated(template)))
        if found := [test for test in tests if test in files]:
            yield template, f"{files[found[0]]}::{found[0]}"


def _tests(project: Path) -> Iterator[tuple[str, str]]:
    """Each test of a project's own, and the file that it stands in."""
    for file in sorted(project.glob("tests/test_*.py")):
        for name in re.findall(r"\bdef (test_\w+)", file.read_text("utf-8")):
            yield name, f"tests/{file.name}"
