"""After generating, a person reads what to do next."""

import os
import sys
from pathlib import Path

import pytest

from .commands import cookiecutter
from .repository import TEMPLATES, folder

NEXT = """
Your service is ready. What next:

    cd my-shop
    uv run my-shop    starts it; then open http://127.0.0.1:8000
    uv run pytest     runs its tests
"""
COLOURED = """
\033[1;32mYour service is ready.\033[0m What next:

    \033[1;32mcd my-shop\033[0m
    \033[1;32muv run my-shop\033[0m    starts it; then open http://127.0.0.1:8000
    \033[1;32muv run pytest\033[0m     runs its tests
"""


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_next_commands_are_shown_without_colours_in_a_pipe(
    template: str, tmp_path: Path
) -> None:
    done = cookiecutter(folder(template), "--no-input", "project_name=My shop", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, NEXT, "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals like these")
@pytest.mark.parametrize(
    ("settings", "shown"),
    [({}, COLOURED), ({"NO_COLOR": "1"}, NEXT), ({"TERM": "dumb"}, NEXT)],
    ids=["coloured", "NO_COLOR", "dumb"],
)
def test_a_terminal_shows_colours_where_they_are_wanted(
    settings: dict[str, str], shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in ({"TERM": "xterm"} | settings).items():
        monkeypatch.setenv(name, value)
    assert _on_a_terminal(tmp_path).endswith(shown)


def _on_a_terminal(cwd: Path) -> str:
    import pty  # Windows has none.

    arguments = ["--no-input", "project_name=My shop", "--output-dir", str(cwd)]
    command = [sys.executable, "-m", "cookiecutter", str(folder(TEMPLATES[0])), *arguments]
    printed = b""

    def keep(terminal: int) -> bytes:
        nonlocal printed
        printed += (read := os.read(terminal, 1024))
        return read

    assert pty.spawn(command, keep) == 0
    return printed.decode().replace("\r\n", "\n")
