"""Where what the site is made of is not whole, its build says so."""

import importlib
import json
from pathlib import Path
from types import ModuleType

import pytest

from tests.repository import ROOT

FILE = ROOT / "bench" / "comparison.json"


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """What reads the comparison, here a copy of it."""
    monkeypatch.syspath_prepend(ROOT / "site")
    module = importlib.import_module("measured")
    monkeypatch.setattr(module, "FILE", tmp_path / "comparison.json")
    return module


def test_what_is_missing_in_the_comparison_is_named(module: ModuleType) -> None:
    comparison = json.loads(FILE.read_text("utf-8"))
    rows = {row["id"]: row for row in comparison["rows"]}
    del comparison["date"], comparison["machine"]["cores"], rows["start"]["unit"]
    del rows["image"]["templates"]["flask"]["low"]
    comparison["rows"].remove(rows["small-rate"])
    module.FILE.write_text(json.dumps(comparison), "utf-8")
    with pytest.raises(SystemExit) as refused:
        module.measured(["small-rate", "start", "image"])
    assert str(refused.value).splitlines() == [
        f"{module.FILE}: {each} is missing"
        for each in (
            "date",
            "cores of machine",
            "small-rate of rows",
            "unit of start",
            "low of flask in image",
        )
    ]


@pytest.mark.parametrize("text", [None, "{"], ids=["away", "no JSON"])
def test_a_comparison_that_can_not_be_read_is_named(text: str | None, module: ModuleType) -> None:
    if text:
        module.FILE.write_text(text, "utf-8")
    with pytest.raises(SystemExit, match="can't be read"):
        module.measured([])
