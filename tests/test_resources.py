"""What a project's README says of working on it is so: of one that is generated and installed.

`--project` names it.
"""

import re
import shlex
from pathlib import Path

import pytest

from .conftest import Run
from .following import add, remove, section

pytestmark = pytest.mark.installed

# Not those of nox that take long and find nothing else.
ALL, QUICK = "uv run nox", "uv run nox -s lint layers types tests"


@pytest.fixture
def project(copied_project: Path) -> Path:
    """A copy, with a description that its own tests don't take for a link or a command, either."""
    readme = copied_project / "README.md"
    title, _, rest = readme.read_text("utf-8").split("\n\n", 2)
    description = "See [the guide](guide.md), or like `uv run this`."
    readme.write_text(f"{title}\n\n{description}\n\n{rest}", "utf-8")
    return copied_project


@pytest.fixture
def run(run_there: Run) -> Run:
    """Runs a command of the README in the copy."""
    return lambda command: run_there(QUICK if command == ALL else command)


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


def add_setting(project: Path) -> None:
    """A setting of one's own, in the three places that the README names."""
    [config] = project.glob("src/*/config.py")
    readme, example = project / "README.md", project / ".env.example"
    *_, last = re.findall(r"(?m)^\| `[A-Z_]+` \|.*\n", section(project, "Configure"))
    row = "| `S3_BUCKET` | `hats` | Where files are kept |\n"
    readme.write_text(readme.read_text("utf-8").replace(last, last + row), "utf-8")
    for file, added in (
        (config, '\n    s3_bucket: str = "hats"\n    """Where files are kept"""\n'),
        (example, "# S3_BUCKET=hats\n"),
    ):
        file.write_text(file.read_text("utf-8") + added, "utf-8")


def test_the_sample_is_removed_and_a_resource_its_jobs_and_a_setting_are_added_as_the_readme_says(
    project: Path, run: Run
) -> None:
    # Where this project was generated without the sample, nothing is said of it.
    remove(project, section(project, "Remove the sample"))
    for title in ("Add a resource", "Add a job"):
        # It takes its time: all is looked at together.
        new = add(project, section(project, title), lambda each: each == ALL or run(each))
        assert [name for name in new if name.startswith("tests/")]
    add_setting(project)
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
