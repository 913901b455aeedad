"""Where what the site is made of is not whole, its build says so."""

import importlib
from pathlib import Path

import pytest

from bench import figures
from tests.repository import ROOT


def test_a_row_that_was_not_measured_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.syspath_prepend(ROOT / "site")
    comparison = figures.read()
    comparison["rows"] = [row for row in comparison["rows"] if row["id"] != "small-rate"]
    monkeypatch.setattr(figures, "read", lambda: comparison)
    choose, output = map(importlib.import_module, ("choose", "output"))
    with pytest.raises(SystemExit, match="lacks the rows small-rate, which"):
        choose.write(output.Site(tmp_path, tmp_path, tmp_path))
