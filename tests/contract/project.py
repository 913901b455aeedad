"""The project under test: where it is, and what it calls itself."""

import tomllib
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path

import pytest


@dataclass(frozen=True, kw_only=True)
class Project:
    """A project that was made from a template, with its environment in `.venv`."""

    root: Path
    name: str
    version: str
    requirements: tuple[str, ...]

    @property
    def package(self) -> str:
        return self.name.replace("-", "_")

    @property
    def command(self) -> tuple[str, ...]:
        return (str(self.program("python")), "-m", self.package)

    def requires(self, distribution: str) -> bool:
        """Whether it depends on it, with whatever extras."""
        return any(requirement.startswith(distribution) for requirement in self.requirements)

    def program(self, name: str) -> Path:
        """A program in its environment."""
        return self.root / ".venv" / "bin" / name


def project_at(root: Path) -> Project:
    """The project in this folder; it has to be installed there."""
    file = root / "pyproject.toml"
    if not file.is_file():
        raise pytest.UsageError(f"--project: there is no pyproject.toml in {root}")
    table = tomllib.loads(file.read_text("utf-8"))["project"]
    sites = [str(site) for site in root.glob(".venv/lib/python*/site-packages")]
    installed = next(iter(Distribution.discover(name=table["name"], path=sites)), None)
    if installed is None:
        raise pytest.UsageError(
            f"--project: {table['name']} is not installed in {root}/.venv: run `uv sync` there"
        )
    return Project(
        root=root,
        name=table["name"],
        version=installed.version,
        requirements=tuple(table.get("dependencies", ())),
    )
