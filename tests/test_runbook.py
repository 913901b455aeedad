"""What docs/production.md of a project names is there."""

import re
from pathlib import Path

import pytest

from .combinations import each_combination
from .conftest import Baked
from .repository import TEMPLATES


def runbook(project: Path) -> str:
    return (project / "docs" / "production.md").read_text("utf-8")


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_line_of_the_log_is_one_that_the_service_writes(template: str, baked: Baked) -> None:
    project = baked(template)
    code = "".join(file.read_text("utf-8") for file in project.glob("src/**/*.py"))
    named = re.findall(r"`([a-z' ]+)` in the log", runbook(project))
    assert len(named) == 5
    assert [line for line in named if f'"{line}"' not in code] == []


@each_combination
def test_each_part_is_of_what_the_project_has(
    template: str, answers: dict[str, str], baked: Baked
) -> None:
    project = baked(template, **answers)
    text = runbook(project)
    settings = (project / ".env.example").read_text("utf-8")
    signs = "SECRET_KEY=" in settings
    assert ("\n## Rotate the secret key\n" in text) == ("`SECRET_KEY`" in text) == signs
    assert ("\n## Rotate the database's password\n" in text) == ("pg_dump" in text)
    assert ("kubectl" in text) == (project / "deploy/kubernetes").exists()
    assert ("pg_dump" in text) != ("sqlite3" in text)
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", text))
    assert {name for name in named if f"{name}=" not in settings} <= {
        "ADMIN_PASSWORD",
        "ADMIN_URL",
        "NEW_URL",
        "RESTORED_URL",
        "SECRET_KEY_FALLBACK",
        "SECRET_KEY_FALLBACKS",
    }
