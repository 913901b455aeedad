"""What README says of the templates' speed and cost is what was measured."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bench import figures, pictures, report
from bench.rows import IDS, REQUESTS
from bench.samples import Samples

from .repository import ROOT, TEMPLATES

MEASURED = figures.read()
PICTURES = sorted(pictures.FOLDER.glob("*.svg"))


def test_the_readme_and_its_page_say_what_was_measured() -> None:
    readme = report.README.read_text("utf-8")
    assert report.replaced(readme, report.summary(MEASURED)) == readme
    assert report.PAGE.read_text("utf-8") == report.page(MEASURED)


def test_each_row_is_of_all_templates_that_have_what_it_measures() -> None:
    ids = [row["id"] for row in MEASURED["rows"]]
    # A row that is new is there with the next measurement.
    assert ids == [each for each in IDS if each in ids]
    for row in MEASURED["rows"]:
        has_sockets = row["id"] != "socket-memory"
        assert has_sockets == (row["templates"].keys() == {*TEMPLATES}), row["id"]
        assert row["of_best"].keys() == row["templates"].keys(), row["id"]


def measured(row: str, **rounds: list[list[float]]) -> dict[str, Any]:
    """A row, from what was measured of templates."""
    samples = Samples(rounds)
    # In whatever order they have their turns.
    for template, taken in reversed(rounds.items()):
        for values in taken:
            samples.add(row, "templates", template, values)
    [found] = samples.rows(dict.fromkeys(REQUESTS, 7))
    return found


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ((0.9, 0.9, 0.9, 0.9, 0.9, 0.9), f"0.90{report.TIMES}"),
        ((0.8, 0.9, 0.7, 0.9, 0.9, 0.95), f"0.84{report.TIMES}"),
        ((0.9, 0.9, 1.2, 0.8, 0.9, 0.9), "="),
        ((1, 1, 1, 1, 1, 1), "="),
    ],
    ids=["always behind", "behind in each round", "ahead now and then", "the same"],
)
def test_what_differs_does_so_in_the_same_rounds(shares: tuple[float, ...], said: str) -> None:
    # The machine is twice as fast in some rounds as in others, and neither of them is.
    rounds = (100.0, 200.0, 130.0, 150.0, 110.0, 190.0)
    others = [[share * rate] for share, rate in zip(shares, rounds, strict=True)]
    row = measured("read-rate", flask=[[rate] for rate in rounds], bottle=others)
    assert [report.ratio(row, name) for name in row["templates"]] == ["**best**", said]


def test_a_percentile_is_of_the_requests_of_all_rounds() -> None:
    rounds = [[*map(float, range(1, 51))], [*map(float, range(51, 102))]]
    row = measured("sign-in-p99", flask=rounds)
    assert row["name"] == "Sign-in, at 7 a second, 99th percentile"
    assert row["templates"]["flask"] == {"median": 100.0, "low": 50.0, "high": 101.0}


def test_what_was_measured_once_lies_where_it_is() -> None:
    row = measured("lines-yours", flask=[[1100.0]], bottle=[[1000.0]])
    assert row["templates"]["flask"] == {"median": 1100.0, "low": 1100.0, "high": 1100.0}
    assert report.ratio(row, "flask") == f"1.10{report.TIMES}"


def broken(change: Callable[[dict[str, Any]], object]) -> str:
    """The comparison, but for a change."""
    found = figures.read()
    change(found)
    return json.dumps(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"rows": [}', "can't be read: Expecting value: line 1 column 11 (char 10)"),
        (broken(lambda found: found.pop("date")), "lacks date: "),
        (broken(lambda found: found["method"].pop("rounds")), "lacks rounds of method: "),
        (broken(lambda found: found["rows"][1].pop("unit")), "lacks unit of read-rate: "),
        (
            broken(lambda found: found["rows"][1]["bare"]["flask"].pop("low")),
            "lacks low of flask in bare of read-rate: ",
        ),
    ],
    ids=["no JSON", "a key", "a key of the method", "a key of a row", "a figure"],
)
def test_what_a_comparison_lacks_is_said(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "comparison.json"
    file.write_text(text, "utf-8")
    with pytest.raises(SystemExit) as ended:
        figures.read(file)
    assert str(ended.value).startswith(f"{file} {said}")


def test_there_is_a_picture_for_light_and_for_dark_pages_each() -> None:
    named = re.findall(r'(?:srcset|src)="(bench/pictures/.+?)"', report.README.read_text("utf-8"))
    assert sorted(ROOT / name for name in named) == PICTURES
    assert len(named) == 2 * len({re.sub("-(light|dark)", "", name) for name in named})


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.stem)
def test_a_picture_is_light_and_loads_nothing(picture: Path) -> None:
    text = picture.read_text("utf-8")
    assert len(text) < 100_000
    loaded = [
        value
        for element in ElementTree.fromstring(text).iter()
        for name, value in element.attrib.items()
        if name.endswith("href") and not value.startswith("#")
    ]
    assert (loaded, "@import" in text, "@font-face" in text) == ([], False, False)
