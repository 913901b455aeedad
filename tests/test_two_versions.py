"""One process may generate from several versions of the repository."""

from pathlib import Path

from pytest_cookies.plugin import Cookies

from .baking import project_of, tree
from .repository import FULLEST, copied, folder


def test_two_checkouts_in_one_process_do_not_mix(tmp_path: Path, cookies: Cookies) -> None:
    old, new = copied(tmp_path / "old"), copied(tmp_path / "new")
    changed = new / "templates" / "_base" / ".dockerignore"
    changed.write_text(changed.read_text("utf-8") + "# Of the next version\n", "utf-8")
    quoting = new / "hooks" / "quoting.py"
    quoting.write_text(
        quoting.read_text("utf-8")
        + "\n\ndef markdown(text: str) -> str:\n    return text.upper()\n",
        "utf-8",
    )
    before, between, after = (
        tree(project_of(cookies.bake(template=str(folder(FULLEST, root)))))
        for root in (old, new, old)
    )
    assert before == after
    differing = {path for path in before if before[path] != between[path]}
    assert {"README.md", ".dockerignore"} <= differing
    assert b"# Of the next version" in between[".dockerignore"]
    assert b"# TASK SERVICE" in between["README.md"]
