"""The picture of a project's layers, drawn of what import-linter checks there."""

import ast
import re
import tomllib
from pathlib import Path
from typing import NamedTuple

from prose import line

# How README draws the way from an endpoint to the table.
_CHAIN = re.compile(r"\w+\.py(?: ─▶ \w+\.py)+")


class Box(NamedTuple):
    """A module or a package: its name, what it says of itself, as HTML, and what is in it.

    is_chain: whether each part is called by the one before it.
    """

    name: str
    says: str
    parts: list[str]
    is_chain: bool = False


def layers(project: Path) -> list[list[Box]]:
    """The layers of a project, from the highest to the lowest."""
    settings = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    [contract] = [each for each in contracts if each["type"] == "layers"]
    root = project / "src" / contract["containers"][0]
    features = re.findall(r'(?m)^    "(\w+)",$', (root / "features.py").read_text("utf-8"))
    [chain] = _CHAIN.findall((project / "README.md").read_text("utf-8"))
    drawn = []
    for layer in contract["layers"]:
        names = layer.split(" | ")
        if names[0] in features:
            # What is no layer of its own, the sample, can be removed.
            boxes = (_box(root, each, chain.split(" ─▶ ")) for each in features)
            drawn.append([box._replace(is_chain=True) for box in boxes])
        else:
            drawn.append([_box(root, each, _packages(root / each)) for each in names])
    return drawn


def _box(root: Path, name: str, parts: list[str]) -> Box:
    folder = root / name
    file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    says = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    says = line(says.partition("\n\n")[0])
    return Box(f"{name}/" if folder.is_dir() else file.name, says, parts)


def _packages(folder: Path) -> list[str]:
    return sorted(f"{file.parent.name}/" for file in folder.glob("*/__init__.py"))
