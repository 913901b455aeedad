"""All checks of this project: `uv run nox` runs them, `uv run nox -l` lists them.

They share the project's own environment, which uv keeps up to date.
"""

import tempfile
from pathlib import Path

import nox

nox.options.default_venv_backend = "none"


@nox.session
def lint(session: nox.Session) -> None:
    """Look for code that is formatted otherwise, or likely wrong."""
    _run(session, "ruff", "format", "--check")
    _run(session, "ruff", "check", *session.posargs)


@nox.session
def layers(session: nox.Session) -> None:
    """Look for imports of what is above; pyproject.toml has the layers."""
    _run(session, "lint-imports", *session.posargs)


@nox.session
def types(session: nox.Session) -> None:
    """Check the types."""
    _run(session, "mypy", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests on SQLite, and look for code of yours that none of them runs."""
    _run(session, "coverage", "run", "-m", "pytest", *session.posargs)
    _run(session, "coverage", "report")


if any(Path("src").glob("*/infrastructure/database/postgresql.py")):

    @nox.session
    def tests_postgresql(session: nox.Session) -> None:
        """Run on PostgreSQL what uses a database: at TEST_DATABASE_URL, else in one of its own."""
        _run(session, "pytest", "--postgresql", *session.posargs)


@nox.session
def pre_commit(session: nox.Session) -> None:
    """Run the hooks of pre-commit on all files, whether or not git knows them yet."""
    with tempfile.TemporaryDirectory() as folder:
        # A repository for this moment: all files that git would not ignore are in its index.
        git = {"GIT_DIR": folder, "GIT_WORK_TREE": str(Path.cwd())}
        session.run("git", "init", "--quiet", env=git)
        session.run("git", "add", "--all", env=git)
        _run(session, "pre-commit", "run", "--all-files", *session.posargs, env=git)


def _run(session: nox.Session, *command: str, env: dict[str, str] | None = None) -> None:
    session.run("uv", "run", *command, env=env)
