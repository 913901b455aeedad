"""What README says of the templates' speed and cost is what was measured."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bench import figures, pictures, report
from bench.rows import ROWS

from .repository import ROOT, TEMPLATES

MEASURED = figures.read()
PICTURES = sorted(pictures.FOLDER.glob("*.svg"))


def test_the_readme_and_its_page_say_what_was_measured() -> None:
    readme = report.README.read_text("utf-8")
    assert report.replaced(readme, report.summary(MEASURED)) == readme
    assert report.PAGE.read_text("utf-8") == report.page(MEASURED)


def test_each_row_is_of_all_templates_that_have_what_it_measures() -> None:
    assert [row["id"] for row in MEASURED["rows"]] == [*ROWS]
    for row in MEASURED["rows"]:
        has_sockets = row["id"] != "socket-memory"
        assert has_sockets == (row["templates"].keys() == {*TEMPLATES}), row["id"]


@pytest.mark.parametrize(
    ("others", "said"),
    [((90.0, 95.0), "0.92"), ((90.0, 99.0), "="), ((100.0, 100.0), "=")],
    ids=["apart", "overlapping", "touching"],
)
def test_what_overlaps_is_no_difference(others: tuple[float, float], said: str) -> None:
    low, high = others
    first = {"median": 101.0, "low": 99.0, "high": 103.0}
    other = {"median": (low + high) / 2, "low": low, "high": high}
    row: dict[str, Any] = {"better": "more", "templates": {"flask": first, "bottle": other}}
    assert [report.ratio(row, name) for name in row["templates"]] == ["**101**", said]


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
