"""Combinations of answers to the questions that are answered by choosing."""

from collections.abc import Iterable, Mapping
from itertools import combinations, product

import pytest

from .repository import TEMPLATES, options

# These answers change documents and settings only.
WITHOUT_CODE = {"license", "ci", "deploy"}


def pairwise(template: str) -> list[dict[str, str]]:
    """Combinations of choices in which each choice of one option meets each of every other.

    Those without code have nothing to do with each other: of them it is enough that each is there.
    """
    choices = options(template)
    candidates = [dict(zip(choices, chosen, strict=True)) for chosen in product(*choices.values())]
    missing = {pair for candidate in candidates for pair in _pairs(candidate)}
    chosen = []
    while missing:
        best = max(candidates, key=lambda candidate: len(missing & _pairs(candidate)))
        missing -= _pairs(best)
        chosen.append(best)
    return chosen


def _pairs(answers: Mapping[str, str]) -> set[tuple[tuple[str, str], ...]]:
    return {
        pair
        for pair in combinations(answers.items(), 2)
        if not WITHOUT_CODE.issuperset(name for name, _ in pair)
    }


def _each(combinations: Iterable[tuple[str, Mapping[str, str]]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("template", "answers"),
        [
            pytest.param(template, answers, id=f"{template}-{'-'.join(answers.values())}")
            for template, answers in combinations
        ],
    )


each_combination = _each(
    (template, answers) for template in TEMPLATES for answers in pairwise(template)
)
# Of those that differ only in answers without code, one.
each_code = _each(
    {
        (template, *(of for name, of in answers.items() if name not in WITHOUT_CODE)): (
            template,
            answers,
        )
        for template in TEMPLATES
        for answers in pairwise(template)
    }.values()
)
