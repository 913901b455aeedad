"""The figures of the comparison, as they are kept as JSON, and compared."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .rows import IDS, Row

FILE = Path(__file__).with_name("comparison.json")
# A figure, and between what it lies.
Spread = dict[str, float]
# What is measured: what the template gives, and its framework alone.
SIDES = ("templates", "bare")
# What a comparison has, what is in these parts of it, and in each row.
KEYS = ("machine", "date", "method", "versions", "rows")
PARTS = {
    "machine": ("processor", "cores", "memory_gib", "system"),
    "method": ("rounds", "seconds", "at_once", "fixed", "figure", "equal"),
}
OF_TEMPLATES = (*SIDES, "of_best")
ROW_KEYS = (*Row._fields, *OF_TEMPLATES)
SPREAD = ("median", "low", "high")


def best(row: dict[str, Any]) -> str:
    """The template whose figure is the best of a row."""
    pick = max if row["better"] == "more" else min
    return str(pick(row["templates"], key=lambda name: row["templates"][name]["median"]))


def differs(ratio: Spread) -> bool:
    """Whether one figure is not another, of which it is so many times."""
    return not ratio["low"] <= 1 <= ratio["high"]


def with_earlier(
    rows: list[dict[str, Any]], earlier: dict[str, Any], kept: str, templates: Iterable[str]
) -> list[dict[str, Any]]:
    """Rows with one that could not be measured now, as it was, and when."""
    for row in earlier["rows"]:
        if row["id"] == kept:
            of = {name: row["templates"][name] for name in templates if name in row["templates"]}
            rows.append({**row, "templates": of, "date": row.get("date", earlier["date"])})
    return sorted(rows, key=lambda row: IDS.index(row["id"]))


def number(value: float) -> str:
    """Three digits at least, and none that says nothing."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return re.sub(r"\.0+$", "", f"{value:,.{digits}f}")


def read(file: Path = FILE) -> dict[str, Any]:
    """The comparison as it was measured last; raises SystemExit where it is none."""
    try:
        found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SystemExit(f"{file} can't be read: {error}") from error
    lacks = [f"{key}{of}" for of, part, keys in _parts(found) for key in keys if key not in part]
    if lacks:
        raise SystemExit(f"{file} lacks {', '.join(lacks)}: measure anew, or take the change back")
    return found


def _parts(found: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], Iterable[str]]]:
    """Each part of a comparison: what it is of, and the keys that it has to have."""
    yield "", found, KEYS
    for name, keys in PARTS.items():
        yield f" of {name}", found.get(name, {}), keys
    for row in found.get("rows", ()):
        name = row.get("id", "a row")
        yield f" of {name}", row, ROW_KEYS
        for kind in OF_TEMPLATES:
            for template, spread in row.get(kind, {}).items():
                yield f" of {template} in {kind} of {name}", spread, SPREAD
