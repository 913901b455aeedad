"""Proves a project: `python -m tests.contract --project PATH`; what else is given is for pytest.

As in production first: two workers, on PostgreSQL if the project has it, with Redis. What depends
on the database, or on there being one process, is proved with one worker on SQLite as well, at the
same time, since the first mostly waits; not so where `--alike` says that another project shows what
is alike in all with SQLAlchemy.
"""

import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from .project import project_at
from .rows import rows

SUITE = Path(__file__).parent


def main(arguments: Sequence[str]) -> int:
    parser = ArgumentParser(prog="python -m tests.contract", description=__doc__, add_help=False)
    parser.add_argument("--project", type=Path, required=True, metavar="PATH")
    parser.add_argument("--measure", metavar="FILE")
    parser.add_argument("--alike", default="", metavar="NAMES")
    known, passed_on = parser.parse_known_args(arguments)
    project = project_at(known.project.resolve())
    in_parallel = ("--numprocesses=3", "--dist=loadfile", "--no-loadscope-reorder")
    first = ["--workers=2", "-m", "not sqlite", *in_parallel]
    if project.requires("psycopg"):
        first.append("--postgresql")
    if known.measure:
        first.append(f"--measure={known.measure}")
    second = ["-m", "storage or sqlite"]
    common = [f"--project={project.root}", f"--alike={known.alike}", *passed_on]
    with TemporaryDirectory(prefix="proofs-") as folder:
        runs = [[*common, *first]]
        if "sqlalchemy" not in known.alike.split(","):
            runs.append([*common, *second])
        statuses = _side_by_side(runs, Path(folder))
        sys.stdout.write(_told(Path(folder), len(runs)))
    # Where only some tests are asked for, one of the two may have none of them.
    return max(0 if status == pytest.ExitCode.NO_TESTS_COLLECTED else status for status in statuses)


def _side_by_side(runs: list[list[str]], folder: Path) -> list[int]:
    """Run pytest once or twice; what the second says comes after all that the first says."""
    first, *rest = runs
    with (folder / "said").open("w+", encoding="utf-8") as said:
        others = [
            subprocess.Popen(_pytest(options, folder / "second.rows"), stdout=said, stderr=said)
            for options in rest
        ]
        try:
            status = subprocess.run(_pytest(first, folder / "first.rows"), check=False).returncode
        finally:
            statuses = [other.wait() for other in others]
        said.seek(0)
        if others:
            sys.stdout.write(f"\nOn SQLite with one worker:\n{said.read()}")
    return [status, *statuses]


def _pytest(options: list[str], broken: Path) -> list[str]:
    return [sys.executable, "-m", "pytest", str(SUITE), f"--not-kept={broken}", *options]


def _told(folder: Path, runs: int) -> str:
    """Which rows of the contract are not kept, if all runs have come so far as to know."""
    files = [*folder.glob("*.rows")]
    if len(files) < runs:
        return "\nThe contract has not been proved.\n"
    ids = {line for file in files for line in file.read_text("utf-8").splitlines()}
    lines = [f"  {row.id}: {row.text}\n" for row in rows() if row.id in ids]
    if not lines:
        return "\nAll rows of the contract that were tested are kept.\n"
    return "".join(["\nNot kept of the contract:\n", *lines])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
