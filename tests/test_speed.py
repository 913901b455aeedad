"""Generating a project takes little more time than Cookiecutter itself needs."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .repository import TEMPLATES, folder

RUNS = 9
LIMIT = 1.6

pytestmark = pytest.mark.speed


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_project_is_generated_almost_as_fast_as_one_small_file(
    template: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = _template_of_one_file(tmp_path)
    ours, least = [], []
    for number in range(RUNS):
        least.append(_seconds(small, tmp_path / f"small-{number}"))
        ours.append(_seconds(folder(template), tmp_path / f"project-{number}"))
    ratio = statistics.median(ours) / statistics.median(least)
    with capsys.disabled():
        sys.stdout.write(f"\n{template}: {ratio:.2f} times one small file\n")
    assert ratio < LIMIT


def _template_of_one_file(tmp_path: Path) -> Path:
    template = tmp_path / "small"
    project = template / "{{cookiecutter.name}}"
    project.mkdir(parents=True)
    (template / "cookiecutter.json").write_text('{"name": "small"}\n', "utf-8")
    (project / "README.md").write_text("# {{ cookiecutter.name }}\n", "utf-8")
    return template


def _seconds(template: Path, into: Path) -> float:
    options = ["--no-input", "--output-dir", str(into)]
    command = [sys.executable, "-m", "cookiecutter", str(template), *options]
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started
