"""Who tests these templates in a suite of their own can do as CONTRIBUTING.md says."""

import re
from pathlib import Path

from .commands import run
from .repository import ROOT

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_a_suite_of_one_s_own_bakes_with_pytest_cookies(tmp_path: Path) -> None:
    (code,) = re.findall(r"(?ms)^```python\n(.+?)^```$", CONTRIBUTING)
    there = "path/to/cookiecutter-backends"
    assert there in code
    test = tmp_path / "test_ours.py"
    test.write_text(code.replace(there, ROOT.as_posix()), "utf-8")
    done = run("pytest", "-W", "error", test, cwd=tmp_path)
    assert "1 passed" in done.stdout, done.stdout
