"""One process may generate from several versions of the repository."""

from pathlib import Path

import pytest

from .baking import bake, tree
from .repository import TEMPLATES, copied


@pytest.mark.parametrize("template", TEMPLATES)
def test_two_checkouts_in_one_process_do_not_mix(template: str, tmp_path: Path) -> None:
    old, new = copied(tmp_path / "old"), copied(tmp_path / "new")
    changed = new / "templates" / "_base" / "src" / "schemas.py"
    changed.write_text(changed.read_text("utf-8") + "# Of the next version\n", "utf-8")
    quoting = new / "hooks" / "quoting.py"
    quoting.write_text(
        quoting.read_text("utf-8")
        + "\n\ndef markdown(text: str) -> str:\n    return text.upper()\n",
        "utf-8",
    )
    before = tree(bake(template, tmp_path / "1", root=old))
    between = tree(bake(template, tmp_path / "2", root=new))
    after = tree(bake(template, tmp_path / "3", root=old))
    assert before == after
    differing = {path for path in before if before[path] != between[path]}
    assert {"README.md", "src/task_service/schemas.py"} <= differing
    assert b"# Of the next version" in between["src/task_service/schemas.py"]
    assert b"# TASK SERVICE" in between["README.md"]
