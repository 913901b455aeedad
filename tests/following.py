"""Does to a project what a section of its README says, to the letter."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

BELOW = "`([^`]+)` below `([^`]+)`"
BLOCK = re.compile(r"(?ms)(.*?)^```(\w+)\n(.+?)^```\n")


def section(project: Path, title: str) -> str:
    """What the README says below a title; nothing where it has none of this name."""
    readme = (project / "README.md").read_text("utf-8")
    found = re.search(rf"(?ms)^## {title}\n(.+?)(?=^## |\Z)", readme)
    return found[1] if found else ""


def add(project: Path, text: str, run: Callable[[str], object]) -> list[str]:
    """Write the files and run the commands that stand in blocks; the files, which are new."""
    new = []
    for said, language, block in BLOCK.findall(text):
        add_lines(project, _joined(said))
        if language == "sh":
            for command in block.splitlines():
                run(command)
        else:
            *_, name = re.findall(r"`([\w/]+/[\w.]+\.\w+)`", said)
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            with (project / name).open("x", encoding="utf-8") as file:
                file.write(block)
            new.append(name)
    return new


def remove(project: Path, text: str) -> None:
    """Delete what is listed, and take out the lines that are to be taken out."""
    listed = "\n".join(re.findall(r"(?m)^- .+", text))
    for name in re.findall(r"`([^`]+)`", listed):
        path = project / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for line, name in re.findall(r"take the line `([^`]+)` out of `([^`]+)`", _joined(text)):
        _change(project / name, rf"(?m)^ *{re.escape(line)}\n", "")


def add_lines(project: Path, said: str) -> None:
    """Add the lines that are to be added to files."""
    added = re.findall(r"in `([^`]+)`, add `([^`]+)` to `(\w+)`", said)
    for name, line, collection in added:
        # Before the bracket that ends it.
        _change(project / name, rf"(?ms)^({collection}\b.*?\n)(?=[)\]}}])", rf"\1    {line}\n")
    below = BELOW.replace("(", "(?:")
    for name, pairs in re.findall(rf"in `([^`]+)`, add ({below}(?:,? and {below})*)", said):
        for line, above in re.findall(BELOW, pairs):
            # As far in as that one.
            _change(project / name, rf"(?m)^( *){re.escape(above)}\n", rf"\g<0>\1{line}\n")


def _change(file: Path, pattern: str, by: str) -> None:
    text, count = re.subn(pattern, by, file.read_text("utf-8"), count=1)
    assert count, f"{file.name} has no {pattern}"
    file.write_text(text, "utf-8")


def _joined(text: str) -> str:
    return " ".join(text.split())
