"""What was measured, round after round, and what it tells: figures, and between what they lie."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .figures import SIDES, Spread, best
from .rows import PERCENTILES, Row, rows

# How often rounds are drawn; and the share of these draws that is left out at either end. What is
# left of five to nine rounds holds the true median 93 to 97 times of 100; with 0.025, 87 to 95.
DRAWS, TAIL = 1000, 0.005
# What spreads are, and where two figures do not differ: kept beside them.
MEANING = {
    "figure": (
        "A figure is the median of the rounds, or a percentile of the requests of all rounds;"
        " behind it is its confidence interval of about 95 %, by drawing rounds from these at"
        " random (the bootstrap)"
    ),
    "equal": (
        "when rounds are drawn from these at random, the same for both, now one is ahead and now"
        " the other"
    ),
}


class Samples:
    """What was measured, round after round; templates: in their order."""

    def __init__(self, templates: Iterable[str]) -> None:
        self._templates = [*templates]
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

    def _drawn(self, row: str, side: str) -> Iterator[tuple[str, list[float]]]:
        """The figures of templates, by `drawn`."""
        _, share = PERCENTILES.get(row.rpartition("-")[2], PERCENTILES["p50"])
        for template in self._templates:
            if taken := self._taken.get((row, side, template)):
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
