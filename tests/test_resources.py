"""What a project's README says of working on it is so: of one that is generated and installed.

`--project` names it.
"""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from .following import add, remove, section

pytestmark = pytest.mark.installed

# Not the caches of the tools, which make them quick.
LEFT_BEHIND = shutil.ignore_patterns(".venv", ".git", ".nox", "*.sqlite3*")
# Not those of nox that take long and find nothing else.
ALL, QUICK = "uv run nox", "uv run nox -s lint layers types tests"
Run = Callable[[str], str]


@pytest.fixture
def project(installed: Path, tmp_path: Path) -> Path:
    """A copy, with a description that its own tests don't take for a link or a command, either."""
    copy = shutil.copytree(installed, tmp_path / installed.name, ignore=LEFT_BEHIND)
    readme = copy / "README.md"
    title, _, rest = readme.read_text("utf-8").split("\n\n", 2)
    description = "See [the guide](guide.md), or like `uv run this`."
    readme.write_text(f"{title}\n\n{description}\n\n{rest}", "utf-8")
    return copy


@pytest.fixture
def run(project: Path, installed: Path) -> Run:
    """Runs a command of the README in the copy, with the environment of the project itself."""
    # Those of the session that these tests run in.
    others = {"VIRTUAL_ENV", "NOXSESSION"}
    environment = {name: value for name, value in os.environ.items() if name not in others} | {
        "UV_PROJECT_ENVIRONMENT": str(installed / ".venv"),
        "UV_NO_SYNC": "1",
        # In place of the project that is installed there.
        "PYTHONPATH": str(project / "src"),
    }

    def run_one(command: str) -> str:
        done = subprocess.run(
            ["bash", "-c", QUICK if command == ALL else command],
            cwd=project,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}"
        return done.stdout

    return run_one


def test_programs_and_their_options_exist(installed: Path, project: Path, run: Run) -> None:
    readme = (project / "README.md").read_text("utf-8")
    # What that section says is done below.
    text = readme.partition("\n## ")[2].replace(section(project, "Add a resource"), "")
    for program, options in usages(text).items():
        described = run(f"{installed}/.venv/bin/{program} --help")
        assert options <= set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", described)) | {"--help"}


def test_sessions_exist(project: Path, run: Run) -> None:
    named = re.findall(r"uv run nox -s ([\w ]+)", (project / "README.md").read_text("utf-8"))
    assert named
    listed = re.findall(r"(?m)^[*-] (\w+)", run("uv run nox --list"))
    assert {name for names in named for name in names.split()} <= {*listed}


def test_commits_are_checked_as_the_readme_says(project: Path, run: Run) -> None:
    [block] = re.findall(r"```sh\n([^`]*pre-commit install\n)```", section(project, "Test"))
    run(block)
    assert (project / ".git" / "hooks" / "pre-commit").is_file()


def test_the_sample_is_removed_and_a_resource_and_its_jobs_are_added_as_the_readme_says(
    project: Path, run: Run
) -> None:
    # Where this project was generated without the sample, nothing is said of it.
    remove(project, section(project, "Remove the sample"))
    for title in ("Add a resource", "Add a job"):
        # It takes its time: all is looked at together.
        new = add(project, section(project, title), lambda each: each == ALL or run(each))
        assert [name for name in new if name.startswith("tests/")]
    run(ALL)


def usages(text: str) -> dict[str, set[str]]:
    """The programs that are run by uv, subcommands included, each with all its options."""
    usages: dict[str, set[str]] = {}
    for command in re.findall(r"(?m)^uv run .+$|(?<=`)uv run [^`]+", text):
        words = shlex.split(command)[2:]
        is_subcommand = len(words) > 1 and not words[1].startswith("-")
        program = " ".join(words[: 2 if is_subcommand else 1])
        usages.setdefault(program, set()).update(word for word in words if word.startswith("-"))
    return usages
