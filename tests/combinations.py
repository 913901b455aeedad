"""Combinations of answers to the questions that are answered by choosing."""

from collections.abc import Mapping
from itertools import combinations, product

import pytest

from .repository import TEMPLATES, options

# These answers change documents and settings only.
WITHOUT_CODE = {"license", "ci"}


def pairwise(template: str) -> list[dict[str, str]]:
    """Combinations of choices in which each choice of one option meets each of every other."""
    choices = options(template)
    candidates = [dict(zip(choices, chosen, strict=True)) for chosen in product(*choices.values())]
    missing = {pair for candidate in candidates for pair in _pairs(candidate)}
    chosen = []
    while missing:
        best = max(candidates, key=lambda candidate: len(missing & _pairs(candidate)))
        missing -= _pairs(best)
        chosen.append(best)
    return chosen


def _pairs(answers: Mapping[str, str]) -> set[tuple[tuple[str, str], tuple[str, str]]]:
    return set(combinations(answers.items(), 2))


each_combination = pytest.mark.parametrize(
    ("template", "answers"),
    [
        pytest.param(template, answers, id=f"{template}-{'-'.join(answers.values())}")
        for template in TEMPLATES
        for answers in pairwise(template)
    ],
)
