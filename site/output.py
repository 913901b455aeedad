"""What a step of the build writes to: files, and pages in the frame that all of them share."""

from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
ROOT = HERE.parent
# What the head of each page leads to, in this order.
NAVIGATION = {
    "index.html": "Which one?",
    "compare.html": "Compare",
    "make.html": "Make it",
    "docs/index.html": "Documentation",
}
_LAYOUTS = Environment(
    loader=FileSystemLoader(HERE / "layouts"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Site(NamedTuple):
    """The folder that the site is built in, and those of what comes with it.

    npm, packages: with what npm has installed, and the packages of Python for the page.
    """

    output: Path
    npm: Path
    packages: Path

    def write(self, path: str, content: str | bytes) -> None:
        """Write a file; path: from the site's folder."""
        file = self.output / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def page(self, path: str, layout: str, **context: object) -> None:
        """Write a page by a layout; in it `root` leads from there to the site's folder."""
        root = "../" * path.count("/")
        given = {"path": path, "root": root, "navigation": NAVIGATION, **context}
        self.write(path, _LAYOUTS.get_template(layout).render(given))


def fragment(layout: str, **context: object) -> str:
    """A part of a page by a layout."""
    return _LAYOUTS.get_template(layout).render(context)
