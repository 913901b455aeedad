"""The figures of the comparison: collected, kept as JSON, and compared."""

import json
import re
import statistics
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .rows import ROWS

FILE = Path(__file__).with_name("comparison.json")
# A row's medians and spreads, by template.
Spread = dict[str, float]
Spreads = dict[str, Spread]
# What is measured: what the template gives, and its framework alone.
SIDES = ("templates", "bare")


class Samples:
    """What was measured, round after round."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, str, str], list[float]] = defaultdict(list)

    def add(self, row: str, side: str, template: str, value: float) -> None:
        """Keep a figure."""
        self._taken[row, side, template].append(value)

    def rows(self) -> list[dict[str, Any]]:
        """Those that have a figure, as JSON has them."""
        found = (
            (row, {side: self._spreads(row.id, side) for side in SIDES}) for row in ROWS.values()
        )
        return [{**row._asdict(), **sides} for row, sides in found if any(sides.values())]

    def _spreads(self, row: str, side: str) -> Spreads:
        return {
            template: spread(taken)
            for (of, on, template), taken in self._taken.items()
            if (of, on) == (row, side)
        }


def spread(taken: list[float]) -> Spread:
    """The median of what was measured, and between what it lies."""
    found = {"median": statistics.median(taken), "low": min(taken), "high": max(taken)}
    # More digits than these say nothing.
    return {name: float(f"{value:.4g}") for name, value in found.items()}


def best(row: dict[str, Any], side: str = "templates") -> str:
    """The template whose median is the best of a row."""
    pick = max if row["better"] == "more" else min
    return str(pick(row[side], key=lambda template: row[side][template]["median"]))


def differs(one: Spread, other: Spread) -> bool:
    """Whether two spreads leave no doubt, since they do not overlap."""
    return one["low"] > other["high"] or other["low"] > one["high"]


def with_earlier(
    rows: list[dict[str, Any]], kept: str, templates: Iterable[str]
) -> list[dict[str, Any]]:
    """Rows with one that could not be measured now, as it was, and when."""
    earlier = read()
    for row in earlier["rows"]:
        if row["id"] == kept:
            of = {name: row["templates"][name] for name in templates if name in row["templates"]}
            rows.append({**row, "templates": of, "date": row.get("date", earlier["date"])})
    return sorted(rows, key=lambda row: [*ROWS].index(row["id"]))


def number(value: float) -> str:
    """Three digits at least, and none that says nothing."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return re.sub(r"\.0+$", "", f"{value:,.{digits}f}")


def read() -> dict[str, Any]:
    """The comparison as it was measured last."""
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found
