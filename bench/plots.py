"""Plots of the comparison, as SVG for a light and a dark page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .figures import SIDES
from .pictures import FOLDER, LOOKS, PLOTS, SHORT, Look

LABELS = {"templates": "the service", "bare": "its framework alone"}


SHAPES = {"templates": "o", "bare": "D"}


def write(found: dict[str, Any]) -> None:
    """Draw all."""
    FOLDER.mkdir(exist_ok=True)
    rows = {row["id"]: row for row in found["rows"]}
    for name, (heading, ids) in PLOTS.items():
        for theme, look in LOOKS.items():
            _draw([rows[each] for each in ids], heading, look, FOLDER / f"{name}-{theme}.svg")


def _draw(rows: list[dict[str, Any]], heading: str, look: Look, file: Path) -> None:
    with mpl.rc_context():
        # Text stays text, and the same figures give the same file.
        mpl.rc("svg", fonttype="none", hashsalt=file.stem)
        mpl.rc("font", family="sans-serif", size=9)
        mpl.rc("text", color=look.ink)
        mpl.rc("xtick", color=look.ink)
        mpl.rc("ytick", color=look.ink)
        figure = Figure(figsize=(10, 3.1))
        panels = figure.subplots(1, len(rows), sharey=True)
        for axes, row in zip(panels, rows, strict=True):
            _panel(axes, row, list(rows[0]["templates"]), look)
        figure.suptitle(heading, x=0.01, ha="left", fontsize=11)
        figure.legend(handles=list(_keys(look)), loc="upper right", ncols=2, frameon=False)
        figure.tight_layout(rect=(0, 0, 1, 0.97))
        figure.savefig(file, transparent=True, metadata={"Date": None})


def _panel(axes: Axes, row: dict[str, Any], names: list[str], look: Look) -> None:
    """A row's medians, with their spreads."""
    for side in reversed(SIDES):
        for at, spread in ((names.index(name), each) for name, each in row[side].items()):
            colour = look.marks[side]
            axes.plot((spread["low"], spread["high"]), (at, at), color=colour, linewidth=2)
            axes.plot(spread["median"], at, SHAPES[side], **_mark(side, colour))
    axes.set_title(SHORT[row["id"]], fontsize=9, loc="left")
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.locator_params(axis="x", nbins=3)
    axes.grid(color=look.faint, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _mark(side: str, colour: str) -> dict[str, Any]:
    """Filled for the service, hollow for the framework."""
    face = colour if side == "templates" else "none"
    return {"markersize": 6, "markerfacecolor": face, "markeredgecolor": colour}


def _keys(look: Look) -> Iterator[Line2D]:
    for side, label in LABELS.items():
        mark = _mark(side, look.marks[side])
        yield Line2D([], [], linestyle="", marker=SHAPES[side], label=label, **mark)
