"""Drops what the answers leave out, and says what to do next; standard library only."""

import os
import shutil
import sys
from pathlib import Path

SLUG = "{{ cookiecutter.project_slug }}"
PACKAGE = Path("src", "{{ cookiecutter.__package_name }}")
LEFT_OUT = {
    ("database", "sqlite"): [
        PACKAGE / "postgresql.py",
    ],
    ("ci", "none"): [Path(".github")],
}
ANSWERS = {"database": "{{ cookiecutter.database }}", "ci": "{{ cookiecutter.ci }}"}


def drop(path: Path) -> None:
    """Remove a file or a folder of the project; one that is not there is a mistake of ours."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def bold(text: str) -> str:
    """Mark text where the output is a terminal that wants colours (https://no-color.org)."""
    wanted = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return f"\033[1;32m{text}\033[0m" if wanted else text


for (question, answer), paths in LEFT_OUT.items():
    if ANSWERS[question] == answer:
        for path in paths:
            drop(path)

sys.stdout.write(
    f"""
{bold("Your service is ready.")} What next:

    {bold(f"cd {SLUG}")}
    {bold(f"uv run {SLUG}")}    starts it; then open http://127.0.0.1:8000
    {bold("uv run pytest")}    runs its tests
"""
)
