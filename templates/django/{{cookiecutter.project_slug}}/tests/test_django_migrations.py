"""The migrations make the tables of the models, and can be undone."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from contract.backing import Databases
from contract.commands import environment
from contract.project import ROOT

OURS = ("tasks", "accounts")


@pytest.fixture
def url(databases: Databases) -> str:
    """A database without tables."""
    return databases.empty()


class Manage:
    """Runs commands of `manage.py` on one database."""

    def __init__(self, databases: Databases, url: str) -> None:
        self._settings = {**databases.settings, "DATABASE_URL": url}

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment(**self._settings),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def manage(databases: Databases, url: str) -> Manage:
    return Manage(databases, url)


def applied(manage: Manage, *apps: str) -> list[str]:
    """The marks of the migrations: X for those that have been run."""
    listed = manage("showmigrations", *apps).splitlines()
    return [line[2] for line in listed if line.startswith(" [")]


def test_each_can_be_undone_and_done_again(manage: Manage) -> None:
    manage("migrate")
    assert set(applied(manage, *OURS)) == {"X"}
    # What is made by Django and points to our users goes with them.
    for app in ("admin", *OURS):
        manage("migrate", app, "zero")
    assert set(applied(manage, *OURS)) == {" "}
    manage("migrate")
    assert set(applied(manage, *OURS)) == {"X"}
    assert manage("makemigrations", "--check", "--dry-run") == "No changes detected\n"


def test_of_two_at_once_one_works_and_the_other_waits(manage: Manage) -> None:
    with ThreadPoolExecutor(2) as pool:
        outputs = [each.result() for each in [pool.submit(manage, "migrate") for _ in range(2)]]
    idle = [output for output in outputs if "No migrations to apply." in output]
    assert len(idle) == 1
    assert set(applied(manage)) == {"X"}
