"""A person who does what the section "Add a resource" of a project's README says."""

import re
from collections.abc import Callable
from pathlib import Path

SECTION = re.compile(r"(?ms)^## Add a resource\n(.+?)^## ")
BLOCK = re.compile(r"(?ms)(.*?)^```(\w+)\n(.+?)^```\n")
FILE = re.compile(r"`((?:src|tests)/[\w/]+\.py)`")
ASSIGNED = re.compile(r" *(?:for \w+ in|\w+(?:: [\w\[\], ]+)? =) ")
CALLED = re.compile(r"[\w.]+\(")


class Reader:
    """Edits a project as told; `commands` are those to run before the last one, in their order."""

    def __init__(self, project: Path) -> None:
        self._project = project
        self._file = project
        self.commands: list[str] = []
        section = SECTION.search((project / "README.md").read_text("utf-8"))
        assert section
        for said, language, block in BLOCK.findall(section[1]):
            # A sentence that names another file ends what was said of the one before.
            for sentence in re.split(r"(?<=\.)\s+(?=In\s+`)", said):
                self._go_to_file(sentence)
                self._do_without_block(" ".join(sentence.split()))
            if language == "sh":
                self.commands += block.splitlines()
            else:
                self._put(" ".join(said.split()), block)

    def _go_to_file(self, said: str) -> None:
        folder = re.search(r"A new folder, `([\w/]+)`", said)
        beside = re.search(r"`(\w+\.py)`:\n*\Z", said)
        if folder:
            self._file = self._project / folder[1] / "__init__.py"
            self._file.parent.mkdir()
        if named := FILE.findall(said):
            self._file = self._project / named[0]
        elif beside:
            self._file = self._file.with_name(beside[1])

    def _do_without_block(self, said: str) -> None:
        if "`NoteInput` and `NoteOutput`" in said:
            dots = "." * len(self._file.relative_to(self._project / "src").parts[1:])
            self._import(f"from {dots}schemas import NoteInput, NoteOutput\n")
        if "import `notes` as `tasks` is" in said:
            self._import("from .. import notes\n")
        if added := re.search(r'add `("[.\w]+")` to `(\w+)`', said):
            self._extend(f"{added[2]} = (", f"    {added[1]},\n")

    def _put(self, said: str, block: str) -> None:
        lines = block.splitlines(keepends=True)
        assigned = ASSIGNED.match(block)
        if not self._file.exists():
            self._file.write_text(block, "utf-8")
        elif above := re.search(r"above `(\w+)`", said):
            self._replace(rf"(?m)^(?={above[1]}\b)", f"{block}\n\n")
        elif extended := re.search(r"add to `(\w+)` there", said):
            self._extend(extended[1], block)
        elif block.startswith("from "):
            self._import(block)
        elif "end of `OPERATIONS`" in said or "add to the operations" in said:
            self._extend(lines[0], "".join(lines[2:-1]))
        elif assigned:
            self._replace(_statement(assigned[0], whole=_is_whole(block)), block)
        elif called := CALLED.match(block):
            last = rf"(?m)^( *){re.escape(called[0])}.*\n(?!(?s:.*)^ *{re.escape(called[0])})"
            self._replace(last, lambda match: match[0] + _indented(block, match[1]))
        else:
            text = self._file.read_text("utf-8")
            self._file.write_text(f"{text}\n\n{block}", "utf-8")

    def _import(self, statement: str) -> None:
        """In place of the line that imports from the same module, or as one more."""
        start = statement.partition("import")[0]
        text = self._file.read_text("utf-8")
        if start == "from . " and re.search(r"(?m)^from \. import", text):
            self._replace(r"(?m)^from \. import .*\n", statement)
        else:
            self._replace(r"(?m)^(?=(?:from|import) )", statement)

    def _extend(self, start: str, entries: str) -> None:
        self._replace(
            rf"(?ms)^{re.escape(start.strip())}.*?\n(?=[)}}\]])", lambda match: match[0] + entries
        )

    def _replace(self, pattern: str, by: str | Callable[[re.Match[str]], str]) -> None:
        text = self._file.read_text("utf-8")
        replacement = (lambda _: by) if isinstance(by, str) else by
        changed, count = re.subn(pattern, replacement, text, count=1)
        assert count, f"{self._file.name} has no {pattern}"
        self._file.write_text(changed, "utf-8")


def _statement(start: str, *, whole: bool) -> str:
    """The statement that begins so; of one of several lines perhaps only the first."""
    line = rf"(?m)^{re.escape(start)}.*\n"
    return rf"{line}(?:(?<=[(\[{{]\n)(?s:.*?)^ *[)\]}}]+\n)?" if whole else line


def _is_whole(block: str) -> bool:
    return all(block.count(a) == block.count(b) for a, b in ("()", "[]", "{}"))


def _indented(block: str, by: str) -> str:
    return "".join(f"{by}{line}" for line in block.splitlines(keepends=True))
