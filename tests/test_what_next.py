"""After generating, a person reads what to do next."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .commands import cookiecutter
from .repository import FULLEST, folder

TEMPLATE = folder(FULLEST)

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


def test_the_next_commands_are_shown_without_colours_in_a_pipe(tmp_path: Path) -> None:
    done = cookiecutter(TEMPLATE, "--no-input", "project_name=My shop", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, NEXT, "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows quotes otherwise")
@pytest.mark.parametrize(
    ("output", "shown"),
    [("new", "new/my-shop"), ("our new", "'our new/my-shop'"), ("..", "{above}/my-shop")],
)
def test_the_next_commands_lead_from_here_to_the_project(
    output: str, shown: str, tmp_path: Path
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    options = ("--no-input", "--output-dir", output, "project_name=My shop")
    done = cookiecutter(TEMPLATE, *options, cwd=here)
    assert (done.returncode, done.stderr) == (0, "")
    command = f"cd {shown.format(above=tmp_path)}"
    assert command in [line.strip() for line in done.stdout.splitlines()]
    subprocess.run(f"{command} && test -e pyproject.toml", shell=True, cwd=here, check=True)


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
    monkeypatch.chdir(tmp_path)
    assert _on_a_terminal().endswith(shown)


def _on_a_terminal() -> str:
    import pty  # Windows has none.

    arguments = [str(TEMPLATE), "--no-input", "project_name=My shop"]
    command = [sys.executable, "-m", "cookiecutter", *arguments]
    printed = b""

    def keep(terminal: int) -> bytes:
        nonlocal printed
        printed += (read := os.read(terminal, 1024))
        return read

    assert pty.spawn(command, keep) == 0
    return printed.decode().replace("\r\n", "\n")
