"""What is known of projects without running them, and of the machine."""

import os
import platform
import re
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

import psutil
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .services import programs

# Written by commands, not by people.
GENERATED = "migrations"


def installed(project: Path) -> dict[str, Distribution]:
    """What a project's environment has, by name."""
    [library] = (project / ".venv" / "lib").glob("python*/site-packages")
    found = distributions(path=[str(library)])
    return {canonicalize_name(each.metadata["Name"]): each for each in found}


def dependencies(project: Path) -> int:
    """How many packages a project installs in production."""
    there = installed(project)
    return len(_needed(there, there[project.name].requires or []))


def dependencies_of_bare(script: Path, project: Path) -> int:
    """How many packages a script installs, whose first comment says what it needs; see PEP 723."""
    comment = re.search(
        r"(?m)^# /// script$\s(?P<toml>(^#.*$\s)+?)^# ///$", script.read_text("utf-8")
    )
    assert comment, script
    toml = re.sub(r"(?m)^# ?", "", comment["toml"])
    return len(_needed(installed(project), tomllib.loads(toml)["dependencies"]))


def _needed(there: dict[str, Distribution], requirements: list[str]) -> set[str]:
    """The names of what is installed for requirements, and of what that requires."""
    seen: set[tuple[str, str]] = set()
    waiting = [(text, "") for text in requirements]
    while waiting:
        text, extra = waiting.pop()
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        for new in {(name, each) for each in ("", *requirement.extras)} - seen:
            seen.add(new)
            waiting += [(each, new[1]) for each in there[name].requires or []]
    return {name for name, _ in seen}


def lines(project: Path) -> tuple[int, int]:
    """Of code, those of features and web, and those of infrastructure."""
    [package] = [file.parent for file in project.glob("src/*/features.py")]
    files = [file.relative_to(package) for file in package.glob("*/**/*.py")]
    ours = [file for file in files if file.parts[0] == "infrastructure"]
    yours = [file for file in files if file not in ours and GENERATED not in file.parts]
    of_yours, of_ours = (sum(_lines(package / file) for file in each) for each in (yours, ours))
    return of_yours, of_ours


def _lines(file: Path) -> int:
    """Those that are neither blank nor a comment."""
    stripped = (line.strip() for line in file.read_text("utf-8").splitlines())
    return sum(1 for line in stripped if line and not line.startswith("#"))


def machine() -> dict[str, str | int]:
    """What rates depend on."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
    }


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    if not file.exists():
        return platform.processor()
    [name, *_] = re.findall(r"(?m)^model name\s*: (.+)$", file.read_text("utf-8")) or [""]
    return name or platform.machine()


def versions(projects: dict[str, Path], postgresql: str) -> dict[str, str]:
    """Of what was measured, and of what it was measured with."""
    return dict(_versions(projects, postgresql))


def _versions(projects: dict[str, Path], postgresql: str) -> Iterator[tuple[str, str]]:
    first = next(iter(projects.values()))
    yield "python", _said(str(programs(first) / "python"), "--version")
    yield "postgresql", postgresql
    yield "wrk", _said("wrk", "--version")
    for template, project in projects.items():
        there = installed(project)
        yield template, there[template].version
        for name in ("granian", "sqlalchemy"):
            if name in there:
                yield name, there[name].version


def _said(*command: str) -> str:
    """The version in what a command says, whatever it ends with."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    assert found, command
    return found[0]
