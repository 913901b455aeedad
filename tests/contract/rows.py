"""The rows of `CONTRACT.md`, each with the tests that prove it."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

DOCUMENT = Path(__file__).parents[2] / "CONTRACT.md"
# | `id` | what holds | `test_module`, `test_other::test_a_behaviour` |
ROW = re.compile(
    r"^\| `(?P<id>[a-z0-9-]+)` \| (?P<text>.+?) \| (?P<tests>`test_[^|]+) \|$", re.MULTILINE
)


class Row(NamedTuple):
    """What the contract promises, and the tests that prove it: modules, or tests of one."""

    id: str
    text: str
    tests: tuple[str, ...]

    def is_proved_by(self, nodeid: str) -> bool:
        """Whether the test with this id of pytest is one of them."""
        path, _, test = nodeid.partition("::")
        module = Path(path).stem
        name = re.split(r"[\[@]", test)[0]
        return module in self.tests or f"{module}::{name}" in self.tests


def rows() -> list[Row]:
    """All rows, in the order of the document."""
    return [
        Row(found["id"], found["text"], tuple(re.findall("`([^`]+)`", found["tests"])))
        for found in ROW.finditer(DOCUMENT.read_text("utf-8"))
    ]


def broken(nodeids: Iterable[str]) -> list[Row]:
    """The rows that are not kept if these tests fail."""
    failed = [*nodeids]
    return [row for row in rows() if any(row.is_proved_by(nodeid) for nodeid in failed)]
