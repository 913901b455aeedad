"""Keeps the tests away from the person's own settings, and bakes what several tests read."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from filelock import FileLock
from pytest_cookies.plugin import Cookies

from .baking import project_of
from .repository import folder

Baked = Callable[..., Path]
Run = Callable[[str], str]
# Not the caches of the tools, which make them quick.
LEFT_BEHIND = shutil.ignore_patterns(".venv", ".git", ".nox", "*.sqlite3*")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--project", type=Path, help="of the tests that are marked as `installed`")


@pytest.fixture(scope="session", autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Cookiecutter and git write to a folder of the tests and read no settings of the person."""
    home = tmp_path_factory.mktemp("settings")
    config = home / "cookiecutter.yaml"
    config.write_text(
        f"cookiecutters_dir: {home.as_posix()}/cookiecutters\n"
        f"replay_dir: {home.as_posix()}/replay\n",
        "utf-8",
    )
    person = {"NAME": "A Person", "EMAIL": "person@example.com"}
    settings = {
        "COOKIECUTTER_CONFIG": str(config),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "PYTHONUTF8": "1",
        **{
            f"GIT_{role}_{key}": of
            for role in ("AUTHOR", "COMMITTER")
            for key, of in person.items()
        },
    }
    with TemporaryDirectory(prefix="tests-") as folder, pytest.MonkeyPatch.context() as patch:
        # Cookiecutter leaves there the hooks that it has rendered.
        patch.setattr(tempfile, "tempdir", folder)
        for name in ("TMPDIR", "TEMP", "TMP"):
            patch.setenv(name, folder)
        for name, value in settings.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="session")
def baked(
    cookies_session: Cookies, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Baked:
    """`baked("flask", license="MIT")` is a project to read; the same answers, the same folder."""
    kept = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        # That of all processes, as xdist's documentation has it.
        kept = kept.parent

    def project(template: str, **answers: str) -> Path:
        key = repr((template, sorted(answers.items())))
        into = kept / sha256(key.encode()).hexdigest()[:16]
        with FileLock(f"{into}.lock"):
            if not into.exists():
                made = project_of(cookies_session.bake(answers, str(folder(template))))
                # What stays where pytest-cookies has baked it ends with this process.
                into.mkdir()
                made.rename(into / made.name)
        [project] = into.iterdir()
        return project

    return project


@pytest.fixture(scope="session")
def installed(request: pytest.FixtureRequest) -> Path:
    """The project that `--project` names, with its environment in `.venv`; it is left as it is."""
    project: Path | None = request.config.getoption("--project")
    if project is None:
        pytest.fail("--project says of which project")
    return project.resolve()


@pytest.fixture
def copied_project(installed: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return shutil.copytree(installed, tmp_path / installed.name, ignore=LEFT_BEHIND)


@pytest.fixture
def run_there(copied_project: Path, installed: Path) -> Run:
    """Runs a command in that copy, with the environment of the project itself."""
    # Those of the session that these tests run in.
    others = {"VIRTUAL_ENV", "NOXSESSION"}
    environment = {name: value for name, value in os.environ.items() if name not in others} | {
        "UV_PROJECT_ENVIRONMENT": str(installed / ".venv"),
        "UV_NO_SYNC": "1",
        # In place of the project that is installed there.
        "PYTHONPATH": str(copied_project / "src"),
    }

    def run(command: str) -> str:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=copied_project,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}"
        return done.stdout

    return run
