"""*Compare*: the same parts of two projects side by side, from the files that templates give."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from output import Site
from projects import MENU, generated
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_for_filename
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound


class Subject(NamedTuple):
    """What is compared; patterns: of the one file of a project in which it stands."""

    id: str
    title: str
    patterns: tuple[str, ...]


ENDPOINTS = ("api", "controllers", "handlers", "routes", "views")
SUBJECTS = (
    Subject(
        "endpoints", "The endpoints of tasks", tuple(f"src/*/tasks/{name}.py" for name in ENDPOINTS)
    ),
    Subject("test", "The test of these", ("tests/test_tasks.py",)),
    Subject("page", "A page", ("src/*/web/*/index.*", "src/*/web/next_steps.html")),
    Subject("settings", "The settings", ("src/*/web/settings.py", "src/*/config.py")),
    Subject("app", "How it is put together", ("src/*/web/app.py",)),
    Subject("models", "The tables", ("src/*/tasks/models.py",)),
    Subject("use-cases", "What is done with tasks", ("src/*/tasks/use_cases.py",)),
    Subject("installs", "What it installs", ("pyproject.toml",)),
)


def write(site: Site) -> None:
    """Write the page, and for each template the files that it compares."""
    for template in MENU:
        files = dict(_files(generated(template)))
        site.write(f"compare/{template}.json", json.dumps(files))
    site.page("compare.html", "compare.html", menu=MENU, subjects=SUBJECTS)


def _files(project: Path) -> Iterator[tuple[str, dict[str, str]]]:
    for subject in SUBJECTS:
        found = next(file for pattern in subject.patterns for file in sorted(project.glob(pattern)))
        path = found.relative_to(project).as_posix()
        yield subject.id, {"path": path, "html": _highlighted(found)}


def _highlighted(file: Path) -> str:
    try:
        lexer = get_lexer_for_filename(file.name)
    except ClassNotFound:
        lexer = TextLexer()
    # A line of it is whole: no element goes on in the next.
    return highlight(file.read_text("utf-8"), lexer, HtmlFormatter(nowrap=True)).rstrip("\n")
