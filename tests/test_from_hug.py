"""What the page on Hug says is so: its code works in a project that is generated and installed."""

import re
from pathlib import Path

import pytest

from .conftest import Baked, Run
from .following import BLOCK, add_lines
from .repository import ROOT

PAGE = (ROOT / "docs" / "from-hug.md").read_text("utf-8")
WITH_IMPORTS = re.compile(r"(?s)((?:(?:(?:from|import) [^\n]+)?\n)+)(.+)")


def test_the_files_that_it_names_are_in_the_template(baked: Baked) -> None:
    source = baked("fastapi") / "src" / "task_service"
    rooms = "accounts|infrastructure|web|tasks"
    named = set(re.findall(rf"`((?:{rooms})/[\w/]+\.py|\w+\.py)`", PAGE)) - {"service.py"}
    assert named
    assert [name for name in sorted(named) if not (source / name).is_file()] == []


@pytest.mark.installed
def test_its_code_works_in_a_project(copied_project: Path, run_there: Run) -> None:
    if "fastapi" not in (copied_project / "pyproject.toml").read_text("utf-8"):
        pytest.skip("the page is on FastAPI's template")
    for said, language, block in BLOCK.findall(PAGE):
        add_lines(copied_project, " ".join(said.split()))
        text = " ".join(said.rpartition("\n## ")[2].split())
        file = re.findall(r"`((?:src|tests)/[\w/]+\.py)`", text)
        # Without a file, it shows what it was in Hug.
        if language == "python" and file:
            above = re.findall(r"above `([^`]+)`", text)
            _write(copied_project / file[-1], block, *above)
    run_there("uv run ruff check --fix && uv run ruff format")
    run_there("uv run nox -s lint layers types")
    assert " passed" in run_there("uv run pytest tests/test_greetings.py")


def _write(file: Path, block: str, above: str = "") -> None:
    """Write a new file, or what is added to one: imports at its top, all else at the end."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block, "utf-8")
        return
    text = file.read_text("utf-8")
    if above:
        file.write_text(text.replace(above, f"{block}\n\n{above}"), "utf-8")
        return
    imports, code = found.groups() if (found := WITH_IMPORTS.fullmatch(block)) else ("", block)
    title, _, rest = text.partition("\n\n")
    file.write_text(f"{title}\n\n{imports}{rest}\n\n{code}", "utf-8")
