"""docs/security.md of a project names each requirement, and tests, checks and rows that exist."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from .combinations import each_combination
from .conftest import Baked
from .contract.rows import DOCUMENT, ROW

# Of the chapters that it goes through, what ASVS 5.0.0 asks for at level 2 (level 1 included).
REQUIREMENTS = """
1.1.1-2 1.2.1-9 1.3.1-11 1.4.1-3 1.5.1-2 2.1.1-3 2.2.1-3 2.3.1-4 2.4.1-1
4.1.1-3 4.2.1-1 4.3.1-2 4.4.1-4
6.1.1-3 6.2.1-12 6.3.1-4 6.4.1-4 6.5.1-5 6.6.1-3 6.8.1-4
7.1.1-3 7.2.1-4 7.3.1-2 7.4.1-5 7.5.1-2 7.6.1-2 8.1.1-2 8.2.1-3 8.3.1-1 8.4.1-1
14.1.1-2 14.2.1-4 14.3.1-3 16.1.1-1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3
"""
# Of a chapter on what has cookies only.
COOKIES = {"3.3.1", "3.3.2", "3.3.3", "3.3.4", "3.5.1"}
LINE = re.compile(r"^\| ([\d., –]+) \| (.+) \| (.+) \|$", re.MULTILINE)


def required() -> Iterator[str]:
    for section, first, last in re.findall(r"(\d+\.\d+)\.(\d+)-(\d+)", REQUIREMENTS):
        yield from (f"{section}.{number}" for number in range(int(first), int(last) + 1))


def numbers(cell: str) -> Iterator[str]:
    """Each that a cell names: several with a comma between, or a dash."""
    for each in cell.split(", "):
        first, _, last = each.partition("–")
        section, _, number = first.rpartition(".")
        until = int(last.rpartition(".")[2] or number)
        yield from (f"{section}.{found}" for found in range(int(number), until + 1))


def of_tests(project: Path) -> Iterator[str]:
    for file in project.glob("tests/test_*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{file.stem}::{node.name}"


def rows_kept(project: Path) -> set[str]:
    """The rows of the contract that are about what the project has."""
    parts = re.split(r"(?m)^## ", DOCUMENT.read_text("utf-8"))
    of = {part.partition("\n")[0]: {row["id"] for row in ROW.finditer(part)} for part in parts}
    for part, folder in {"Tasks, the sample resource": "tasks", "Live events": "events"}.items():
        if not any(project.glob(f"src/**/{folder}/__init__.py")):
            of[part] = set()
    return set().union(*of.values())


@each_combination
def test_each_requirement_has_what_shows_it_or_a_reason(
    template: str, answers: dict[str, str], baked: Baked
) -> None:
    project = baked(template, **answers)
    text = (project / "docs" / "security.md").read_text("utf-8")
    lines = LINE.findall(text)
    named = {number for cell, _, _ in lines for number in numbers(cell)}
    assert named - COOKIES == set(required())
    assert len(lines) == len(re.findall(r"(?m)^\| \d", text))
    sessions = re.findall(r"(?m)^ *def (\w+)\(session", (project / "noxfile.py").read_text("utf-8"))
    existing = {*of_tests(project), *rows_kept(project), *(f"nox -s {name}" for name in sessions)}
    shown = [by for _, _, by in lines]
    assert {name for by in shown for name in re.findall("`([^`]+)`", by)} - existing == set()
    assert {by for by in shown if "`" not in by} == {"–", "**missing**"}
    # Each that is missing is told at the beginning.
    missing = {n for cell, _, by in lines if "missing" in by for n in numbers(cell)}
    summary = re.findall(r"\(((?:[\d.]+(?:, )?)+)\)", text.partition("## Authentication")[0])
    assert missing == {n for each in summary for n in each.split(", ")}
