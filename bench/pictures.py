"""The pictures in README: what they show, and what they say to those who do not see them."""

from pathlib import Path
from typing import Any, NamedTuple

from .figures import number

FOLDER = Path(__file__).with_name("pictures")
# By name: its heading, and the rows that stand beside each other.
PLOTS = {
    "speed": (
        "Requests a second at most, one worker: more is better",
        ("small-rate", "read-rate", "page-rate", "create-rate", "sign-in-rate"),
    ),
    "cost": (
        "Time and memory: less is better",
        ("read-p50", "read-p99", "memory-loaded", "socket-memory", "start"),
    ),
}
SHORT = {
    "small-rate": "small answer",
    "read-rate": "authenticated read",
    "page-rate": "page of 20",
    "create-rate": "create",
    "sign-in-rate": "sign-in",
    "read-p50": "read, median, ms",
    "read-p99": "read, 99 %, ms",
    "memory-loaded": "memory, MiB",
    "socket-memory": "idle socket, KiB",
    "start": "start, s",
}


class Look(NamedTuple):
    """Colours of a page, and of the marks of each side."""

    ink: str
    faint: str
    marks: dict[str, str]


# Of Okabe and Ito's, which nobody confuses; and the marks differ in their shape.
LOOKS = {
    "light": Look("#1f2328", "#d1d9e0", {"templates": "#0072b2", "bare": "#b35900"}),
    "dark": Look("#e6edf3", "#3d444d", {"templates": "#56b4e9", "bare": "#e69f00"}),
}


def markdown(found: dict[str, Any]) -> str:
    """What shows them, with what they say for those who do not see them."""
    return "\n\n".join(_picture(name, found) for name in PLOTS)


def _picture(name: str, found: dict[str, Any]) -> str:
    path = f"bench/{FOLDER.name}/{name}"
    return (
        f'<picture><source media="(prefers-color-scheme: dark)" srcset="{path}-dark.svg">'
        f'<img src="{path}-light.svg" alt="{_alt(name, found)}"></picture>'
    )


def _alt(name: str, found: dict[str, Any]) -> str:
    heading, ids = PLOTS[name]
    rows = {row["id"]: row["templates"] for row in found["rows"]}
    return f"{heading}. {'; '.join(_said(SHORT[each], rows[each]) for each in ids)}."


def _said(name: str, spreads: dict[str, dict[str, float]]) -> str:
    """From which template to which they go."""
    ordered = sorted(spreads, key=lambda template: spreads[template]["median"])
    ends = (f"{number(spreads[each]['median'])} ({each})" for each in (ordered[0], ordered[-1]))
    return f"{name} from {' to '.join(ends)}"
