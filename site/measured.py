"""What was measured, as the first page needs it; where something is missing, it says what."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from output import ROOT

FILE = ROOT / "bench" / "comparison.json"
# What each part of it has to have.
WHOLE = ("date", "machine", "method", "rows")
MACHINE = ("processor", "cores")
METHOD = ("rounds",)
ROW = ("name", "unit", "better", "templates")
SPREAD = ("median", "low", "high")


def measured(needed: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The comparison, and by their ids the rows of it that are needed.

    Raises SystemExit where it can't be read, or something is missing in it.
    """
    try:
        comparison = json.loads(FILE.read_text("utf-8"))
    except (OSError, ValueError) as error:
        sys.exit(f"{FILE} can't be read: {error}")
    rows = {row.get("id"): row for row in comparison.get("rows", ())}
    missing = [*_missing(comparison, rows, needed)]
    if missing:
        sys.exit("\n".join(f"{FILE}: {each} is missing" for each in missing))
    return comparison, {name: rows[name] for name in needed}


def _missing(comparison: dict[str, Any], rows: dict[str, Any], needed: list[str]) -> Iterator[str]:
    yield from _absent(comparison, WHOLE)
    yield from _absent(comparison.get("machine", {}), MACHINE, " of machine")
    yield from _absent(comparison.get("method", {}), METHOD, " of method")
    yield from _absent(rows, needed, " of rows")
    for name in (each for each in needed if each in rows):
        yield from _absent(rows[name], ROW, f" of {name}")
        for template, spread in rows[name].get("templates", {}).items():
            yield from _absent(spread, SPREAD, f" of {template} in {name}")


def _absent(part: dict[str, Any], names: Iterable[str], of: str = "") -> Iterator[str]:
    return (f"{name}{of}" for name in names if name not in part)
