"""*Make it*: Cookiecutter in the page, with the templates as they stand in the repository."""

import io
import json
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from output import ROOT, Site
from projects import MENU

# What a page needs of Pyodide to start Python.
PYODIDE = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "pyodide-lock.json",
    "python_stdlib.zip",
)
# What a template needs of the repository.
TEMPLATES = ("cookiecutter.json", "hooks", "templates")


class Question(NamedTuple):
    """A question, as the command line asks it; without choices, a text is asked for."""

    name: str
    text: str
    default: str
    choices: dict[str, str]
    templates: list[str]


def write(site: Site) -> None:
    """Write the page, and what it loads when it is first asked to make a project."""
    for name in PYODIDE:
        site.write(f"pyodide/{name}", (site.npm / "pyodide" / name).read_bytes())
    portable = [path for path in site.packages.rglob("*") if _is_portable(path)]
    site.write("make/packages.zip", _zipped(site.packages, portable))
    # Cookiecutter takes an archive of one folder.
    site.write("templates.zip", _zipped(ROOT, _sources(), within="cookiecutter-backends/"))
    loaded = [*(f"pyodide/{name}" for name in PYODIDE), "make/packages.zip", "templates.zip"]
    site.page(
        "make.html",
        "make.html",
        # A module of JavaScript is not fetched, but imported.
        bytes=sum((site.output / path).stat().st_size for path in loaded if path[-4:] != ".mjs"),
        menu=MENU,
        first=next(iter(MENU)),
        questions=list(_questions()),
    )


def _questions() -> Iterator[Question]:
    """What the templates ask for, each once; those of all templates come first."""
    asked: dict[str, Question] = {}
    for template in MENU:
        context = json.loads(
            (ROOT / "templates" / template / "cookiecutter.json").read_text("utf-8")
        )
        for name, default in context.items():
            if not name.startswith("_"):
                question = _question(name, default, context["__prompts__"][name])
                asked.setdefault(name, question).templates.append(template)
    yield from sorted(asked.values(), key=lambda question: -len(question.templates))


def _question(name: str, default: Any, prompt: Any) -> Question:
    if isinstance(default, list):
        choices = {choice: prompt[choice] for choice in default}
        return Question(name, prompt["__prompt__"], default[0], choices, [])
    # What is made of other answers is known when they are.
    offered = "" if "{{" in default else default
    return Question(name, prompt, offered, {}, [])


def _is_portable(path: Path) -> bool:
    """Whether it is for any machine: what packages have compiled, they have in Python as well."""
    return path.is_file() and path.suffix not in {".so", ".pyc"} and path.parent.name != "bin"


def _sources() -> Iterator[Path]:
    """The files of the templates, changes that are not committed included."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *TEMPLATES]
    done = subprocess.run(  # noqa: S603  # what is run is git
        command, cwd=ROOT, check=True, capture_output=True, text=True
    )
    paths = (ROOT / path for path in done.stdout.split("\0") if path)
    return (path for path in paths if path.exists())


def _zipped(folder: Path, files: Iterable[Path], *, within: str = "") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        if within:
            archive.mkdir(within)
        for file in sorted(files):
            archive.write(file, within + file.relative_to(folder).as_posix())
    return content.getvalue()
