"""The documentation: pages made of the texts that stand in the repository and in the projects.

A link from one text to another leads to its page; a file that has no page is copied beside them.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from layers import layers
from output import ROOT, Site, fragment
from projects import MENU, generated
from prose import render

FOLDER = "docs"
# What stands in the list of pages: the place that each leads to.
LISTED = {
    "Start": "index.html",
    "What you get": "index.html#what-you-get",
    "Settings": "settings.html",
    "The contract": "contract.html",
    "Follow the template": "index.html#follow-the-template",
    "Add a template": "contributing.html#add-a-template",
    "Contributing": "contributing.html",
    "Changes": "changelog.html",
    "From Hug to FastAPI": "from-hug.html",
}
SHOWN_AS_THEY_ARE = {".svg", ".png"}
# How README draws the layers, in a block of its own.
_DRAWN = re.compile(r"(?ms)^```\n[^`]+ ─▶ [^`]+^```\n")
_ROW = re.compile(r"(?m)^\| (`\w+`) \|.+\|$")


class Document(NamedTuple):
    """A page: where it stands among the documents, the file that it is made of, and its text.

    title: in place of its own; of: what it is about, where its title does not say so.
    """

    path: str
    source: Path
    text: str
    title: str = ""
    of: str = ""


def write(site: Site) -> None:
    """Write all pages."""
    documents = [*_repository(), *(each for template in MENU for each in _project(template))]
    pages = {document.source: document.path for document in documents}
    # A template's folder is what it gives.
    pages |= {ROOT / "templates" / template: f"{template}/index.html" for template in MENU}
    groups = {
        "All templates": LISTED,
        "Each template": {MENU[name]["title"]: f"{name}/index.html" for name in MENU},
    }
    for document in documents:
        prose = render(document.text, partial(_address, site, document, pages))
        site.page(
            f"{FOLDER}/{document.path}",
            "document.html",
            within=f"{FOLDER}/index.html",
            document=document,
            prose=prose,
            groups=groups,
        )


def _repository() -> Iterator[Document]:
    # Whose own title is the one of the whole site.
    yield _document("index.html", ROOT / "README.md")._replace(title="Documentation")
    for file in ("CONTRACT.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/from-hug.md"):
        yield _document(f"{Path(file).stem.lower()}.html", ROOT / file)
    yield _settings()


def _project(template: str) -> Iterator[Document]:
    project, entry = generated(template), MENU[template]
    readme = _document(f"{template}/index.html", project / "README.md")
    picture = fragment("layers.html", layers=layers(project))
    _, _, text = _DRAWN.sub(lambda _: picture, readme.text).partition("\n")
    introduction = (
        f"# {entry['title']}\n\n{entry['description']}. "
        "This is the README of the project that the recommended answers give.\n"
    )
    yield readme._replace(text=introduction + text)
    for file in sorted(project.glob("docs/*.md")):
        yield _document(f"{template}/{file.stem}.html", file)._replace(of=entry["title"])


def _document(path: str, source: Path) -> Document:
    return Document(path, source, source.read_text("utf-8"))


def _settings() -> Document:
    """The settings of all templates in one table, in the words of the one that has the most."""
    sections = {name: _configure(generated(name) / "README.md") for name in MENU}
    fullest = max(sections, key=lambda name: len(_ROW.findall(sections[name])))
    introduction = sections[fullest].partition("| variable |")[0]
    rows = ["| variable | default | meaning | in |", "| --- | --- | --- | --- |"]
    for row in _ROW.finditer(sections[fullest]):
        having = [MENU[name]["title"] for name in MENU if row[0] in sections[name]]
        rows.append(f"{row[0]} {'all' if len(having) == len(MENU) else ', '.join(having)} |")
    text = f"# Settings\n{introduction}" + "\n".join(rows)
    return Document("settings.html", generated(fullest) / "settings", text)


def _configure(readme: Path) -> str:
    found = re.search(r"(?ms)^## Configure\n(.+?)(?=^## )", readme.read_text("utf-8"))
    assert found, readme
    return found[1]


def _address(site: Site, document: Document, pages: Mapping[Path, str], given: str) -> str | None:
    """What stands in the page of a document for an address in its text; None for a folder's."""
    name, mark, anchor = given.partition("#")
    if not name or re.match(r"[a-z]+:", name):
        return given
    target = (document.source.parent / name).resolve()
    if target.is_dir() and target not in pages:
        return None
    path = pages.get(target) or _copied(site, document, target)
    return posixpath.relpath(path, posixpath.dirname(document.path)) + mark + anchor


def _copied(site: Site, document: Document, file: Path) -> str:
    """Where a file without a page is copied to, among the documents."""
    # As text, which browsers show whatever the name; and GitHub Pages leaves out hidden files.
    suffix = "" if file.suffix in SHOWN_AS_THEY_ARE else ".txt"
    path = f"{posixpath.dirname(document.path)}/files/{file.name.lstrip('.')}{suffix}".lstrip("/")
    site.write(f"{FOLDER}/{path}", file.read_bytes())
    return path
