"""What README and its page say of the comparison, as Markdown."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from . import pictures
from .figures import FILE, SIDES, Spread, best, differs, number

README = Path(__file__).parents[1] / "README.md"
PAGE = FILE.with_suffix(".md")
BEGIN, END = "<!-- comparison -->", "<!-- end of comparison -->"
# Those that most people ask for; the page has all.
IN_README = (
    "small-rate",
    "read-rate",
    "page-rate",
    "create-rate",
    "sign-in-rate",
    "read-p50",
    "read-p99",
    "memory-loaded",
    "socket-memory",
    "start",
    "image",
    "dependencies",
    "lines-yours",
)
TIMES = "\N{MULTIPLICATION SIGN}"
LEGEND = (
    "Each row begins with its best figure; what stands for the others is how many times that theirs"
    f" is: 0.5{TIMES} of a rate is half as many requests, 2{TIMES} of a time is twice as long."
)
PLACES = (
    "[All figures](bench/comparison.md), also of each framework alone, are there"
    " [for programs](bench/comparison.json) too."
)
# Of the same figure: the service's, the framework's, and how many times that the service's is.
NAMES = {"templates": "", "bare": "its framework alone", "ratio": "service / framework"}


def write(found: dict[str, Any]) -> None:
    """Keep the figures, and have README and the page show them."""
    FILE.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    PAGE.write_text(page(found), "utf-8")
    README.write_text(replaced(README.read_text("utf-8"), summary(found)), "utf-8")


def replaced(text: str, between: str) -> str:
    """A text with something else between the markers."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{BEGIN} and {END} are missing")
    return f"{before}{begin}\n{between}\n{end}{after}"


def summary(found: dict[str, Any]) -> str:
    """README's table: the best of each row, and the others as so many times that."""
    rows = {row["id"]: row for row in found["rows"]}
    names = list(rows["small-rate"]["templates"])
    table = _table(
        ["", "the best", *(f"`{name}`" for name in names)],
        (
            [_label(row), _best(row), *(ratio(row, name) for name in names)]
            for row in (rows[each] for each in IN_README if each in rows)
        ),
    )
    equal = f"`=` is no difference: {found['method']['equal']}."
    legend = f"{LEGEND} {equal} {PLACES}"
    return f"{pictures.markdown(found)}\n\n{table}\n\n{legend}\n{_conditions(found)}"


def page(found: dict[str, Any]) -> str:
    """All figures."""
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    return (
        "# The comparison, measured\n\n"
        f"Written by `uvx nox -s compare`. {found['method']['figure']}.\n\n"
        f"{complete(found)}\n\n{_conditions(found)} With {versions}.\n"
    )


def complete(found: dict[str, Any]) -> str:
    """The table of all figures."""
    names = list(found["rows"][0]["templates"])
    return _table(["", *(f"`{name}`" for name in names)], _lines(found["rows"], names))


def _lines(rows: list[dict[str, Any]], names: list[str]) -> Iterator[list[str]]:
    for row in rows:
        for side in SIDES:
            if row[side]:
                label = NAMES[side] or f"**{_label(row)}, {row['unit']}**"
                yield [label, *(_cell(row[side].get(name)) for name in names)]
        if row["templates"] and row["bare"]:
            yield [NAMES["ratio"], *(_share(row, name) for name in names)]


def _table(header: list[str], rows: Iterable[list[str]]) -> str:
    lines = [header, ["---"] + ["--:"] * (len(header) - 1), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _label(row: dict[str, Any]) -> str:
    when = f" (measured on {row['date']})" if "date" in row else ""
    return f"{row['name']}{when}"


def _best(row: dict[str, Any]) -> str:
    which = {"more": "most", "less": "least"}[row["better"]]
    return f"{which}: {number(row['templates'][best(row)]['median'])} {row['unit']}"


def ratio(row: dict[str, Any], name: str) -> str:
    """How many times the best figure a template's is; `=` where they do not differ."""
    if name not in row["templates"]:
        return ""
    if name == best(row):
        return "**best**"
    if not differs(row["of_best"][name]):
        return "="
    figure, first = (row["templates"][each]["median"] for each in (name, best(row)))
    return f"{figure / first:.2f}{TIMES}"


def _share(row: dict[str, Any], name: str) -> str:
    sides = [row[side].get(name) for side in SIDES]
    return f"{sides[0]['median'] / sides[1]['median']:.2f}" if all(sides) else ""


def _cell(spread: Spread | None) -> str:
    if spread is None:
        return ""
    if spread["low"] == spread["high"]:
        return number(spread["median"])
    low, median, high = (number(spread[name]) for name in ("low", "median", "high"))
    return f"{median} ({low} to {high})"


def _conditions(found: dict[str, Any]) -> str:
    machine, method = found["machine"], found["method"]
    rounds, at_once, of_sign_ins = method["rounds"], method["at_once"], method["fixed"]["sign-in"]
    return (
        f"Measured on {found['date']}; rounds: {rounds}; seconds of each load:"
        f" {method['seconds']}, of sign-ins at a fixed rate {of_sign_ins['seconds']}; requests at"
        f" once, for as many as can be: {at_once['read']}, of sign-ins {at_once['sign-in']}."
        f" {machine['processor']}, {machine['cores']} cores, which the service shares with"
        f" PostgreSQL and wrk; {machine['memory_gib']} GiB, {machine['system']}."
    )
