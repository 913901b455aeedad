"""Which tests are found, and with what."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
from django.test import TestCase


class PollsTests(TestCase):
    def test_nobody_is_there(self):
        self.assertEqual(self.client.get("/api/v1/users/me").status_code, 401)


def test_somebody_is_there(signed_in):
    assert signed_in.get("/api/v1/users/me").status_code == 200
"""


def test_those_that_startapp_makes_are_found(pytestconfig: pytest.Config) -> None:
    assert "src" in pytestconfig.getini("testpaths")
    assert "tests.py" in pytestconfig.getini("python_files")


def test_those_of_an_app_run_by_themselves(pytestconfig: pytest.Config, tmp_path: Path) -> None:
    project = pytestconfig.rootpath
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(project / name, tmp_path)
    shutil.copytree(project / "tests", tmp_path / "tests")
    file = tmp_path / "src" / "polls" / "tests.py"
    file.parent.mkdir(parents=True)
    file.write_text(TESTS, "utf-8")
    # As somebody types it, without what the tests around it have set.
    given = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(file)],
        cwd=tmp_path,
        env=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 passed" in done.stdout, done.stdout
