"""This repository: what it offers, and copies of it as people come by them."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BASE = ROOT / "templates" / "_base"
MENU: Mapping[str, Mapping[str, str]] = json.loads((ROOT / "cookiecutter.json").read_text("utf-8"))[
    "templates"
]
TEMPLATES = tuple(MENU)
# The one that is tried in all ways in which the others are not: it has binary files, too.
FULLEST = "django"
# What tools leave behind here; `.gitignore` names the same.
_LEFTOVERS = shutil.ignore_patterns(
    ".git", ".venv", ".nox", "__pycache__", ".*_cache", ".hypothesis"
)


def folder(template: str, root: Path = ROOT) -> Path:
    return root / MENU[template]["path"]


def questions(template: str) -> dict[str, Any]:
    """What a template asks for, each with its default or its choices."""
    context = json.loads((folder(template) / "cookiecutter.json").read_text("utf-8"))
    return {name: default for name, default in context.items() if not name.startswith("_")}


def options(template: str) -> dict[str, list[str]]:
    """The questions that are answered by choosing."""
    return {name: asked for name, asked in questions(template).items() if isinstance(asked, list)}


def copied(to: Path) -> Path:
    """A copy of the repository as it stands here, changes that are not committed included."""
    shutil.copytree(ROOT, to, ignore=_LEFTOVERS)
    return to


def committed(to: Path) -> Path:
    """The same copy as a git repository with one commit."""
    copied(to)
    git(to, "init", "--quiet", "--initial-branch=main")
    commit(to, "The templates")
    return to


def commit(repository: Path, message: str) -> None:
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", message)


def git(repository: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=repository, check=True, capture_output=True, encoding="utf-8"
    ).stdout
