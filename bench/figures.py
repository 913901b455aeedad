"""The figures of the comparison: collected, kept as JSON, and compared."""

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .rows import IDS, PERCENTILES, Row, rows

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
ROW_KEYS = (*Row._fields, *SIDES, "of_best")
# How often rounds are drawn; and the share of these draws that is left out at either end. Of so few
# rounds as there are, 0.005 is what holds the true figure 95 times of 100; 0.025 does so 90 times.
DRAWS, TAIL = 1000, 0.005
# What spreads are, and where two figures do not differ: kept beside them.
MEANING = {
    "figure": (
        "A figure is the median of the rounds, or a percentile of the requests of all rounds;"
        " behind it, between what the true one lies in about 95 of 100 such measurements, as"
        " rounds that are drawn from these at random tell (the bootstrap)"
    ),
    "equal": (
        "when rounds are drawn from these at random, the same for both, now one is ahead and now"
        " the other"
    ),
}


class Samples:
    """What was measured, round after round."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, str, str], list[list[float]]] = defaultdict(list)

    def add(self, row: str, side: str, template: str, values: Iterable[float]) -> None:
        """Keep the figures of a round: one, or those of all its requests."""
        self._taken[row, side, template].append([*values])

    def rows(self, a_second: Mapping[str, int]) -> list[dict[str, Any]]:
        """Those that have a figure, as JSON has them; a_second: as the rows have it."""
        found = {of for of, _, _ in self._taken}
        return [self._row(row) for row in rows(a_second).values() if row.id in found]

    def _row(self, row: Row) -> dict[str, Any]:
        drawn = {side: dict(self._drawn(row.id, side)) for side in SIDES}
        spreads = {
            side: {template: spread(each) for template, each in drawn[side].items()}
            for side in SIDES
        }
        found = {**row._asdict(), **spreads}
        first = drawn["templates"][best(found)]
        found["of_best"] = {
            template: spread([one / other for one, other in zip(each, first, strict=True)])
            for template, each in drawn["templates"].items()
        }
        return found

    def _drawn(self, row: str, side: str) -> Iterable[tuple[str, list[float]]]:
        """The figures of templates, by `drawn`."""
        _, share = PERCENTILES.get(row.rpartition("-")[2], PERCENTILES["p50"])
        for (of, on, template), taken in self._taken.items():
            if (of, on) == (row, side):
                yield template, drawn(taken, share)


def drawn(taken: list[list[float]], share: float) -> list[float]:
    """A percentile of all rounds first; then of as many as there are, drawn again and again.

    Whoever has the same number of rounds is given the same ones, so that two can be compared.
    """
    chance = random.Random(0)
    every = range(len(taken))
    draws = [every, *(chance.choices(every, k=len(every)) for _ in range(DRAWS))]
    return [percentile([value for at in draw for value in taken[at]], share) for draw in draws]


def percentile(values: list[float], share: float) -> float:
    """What so great a share of the values lies below, between two of them if need be."""
    ordered = sorted(values)
    below, part = divmod(share * (len(ordered) - 1), 1)
    at = int(below)
    first, second = ordered[at], ordered[min(at + 1, len(ordered) - 1)]
    return first + part * (second - first)


def spread(drawn: list[float]) -> Spread:
    """A figure, which comes first, and between what it lies: all but the tails of its draws."""
    figure, *draws = drawn
    found = {
        "median": figure,
        "low": percentile(draws, TAIL),
        "high": percentile(draws, 1 - TAIL),
    }
    # More digits than these say nothing.
    return {name: float(f"{value:.4g}") for name, value in found.items()}


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
    except ValueError as error:
        raise SystemExit(f"{file} is no JSON: {error}") from error
    lacks = [key for key in KEYS if key not in found]
    parts = [(name, found.get(name, {}), keys) for name, keys in PARTS.items()]
    parts += [(row.get("id", "a row"), row, ROW_KEYS) for row in found.get("rows", ())]
    lacks += [f"{key} of {name}" for name, part, keys in parts for key in keys if key not in part]
    if lacks:
        raise SystemExit(f"{file} lacks {', '.join(lacks)}: measure anew, or take the change back")
    return found
