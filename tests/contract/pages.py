"""HTML pages: what they link to and load, and what their Content-Security-Policy lets load."""

import base64
import hashlib
import re
from html.parser import HTMLParser

LOADED_FROM = {"script": ("src", "script-src"), "img": ("src", "img-src")}
RELATIONS = {"stylesheet": "style-src", "icon": "img-src", "shortcut icon": "img-src"}


class Page(HTMLParser):
    """A parsed page: `links` of anchors, `loaded` (kind, URL), `inline` (kind, nonce, text)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.links: list[str] = []
        self.loaded: list[tuple[str, str]] = []
        self.inline: list[tuple[str, str, str]] = []
        self.handlers: list[str] = []
        self._open: tuple[str, str] | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.handlers += [name for name in given if name.startswith("on")]
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "link" and given.get("rel") in RELATIONS:
            self.loaded.append((RELATIONS[given["rel"]], given["href"]))
        if tag in LOADED_FROM and LOADED_FROM[tag][0] in given:
            attribute, directive = LOADED_FROM[tag]
            self.loaded.append((directive, given[attribute]))
        elif tag in {"script", "style"} and given.get("type") != "application/json":
            self._open = (f"{tag}-src", given.get("nonce", ""))
        if "style" in given:
            self.inline.append(("style-src", "", given["style"]))

    def handle_data(self, data: str) -> None:
        if self._open is None:
            self.text += data
        else:
            self.inline.append((*self._open, data))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._open = None


class Policy:
    """A Content-Security-Policy."""

    def __init__(self, header: str) -> None:
        parts = [part.split() for part in header.split(";") if part.strip()]
        self.directives = {name.lower(): sources for name, *sources in parts}

    def sources(self, directive: str) -> list[str]:
        """The sources of a directive; those of default-src, or any at all, where it is not set."""
        return self.directives.get(directive, self.directives.get("default-src", ["*"]))

    def allows_inline(self, directive: str, nonce: str, text: str) -> bool:
        sources = self.sources(directive)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        if f"'sha256-{digest}'" in sources or (nonce and f"'nonce-{nonce}'" in sources):
            return True
        hashed = any(source.startswith(("'sha", "'nonce")) for source in sources)
        return "'unsafe-inline'" in sources and not hashed

    def other_hosts(self) -> list[str]:
        """The sources that are neither ourselves nor data inside the page."""
        ours = re.compile(r"'.*'|data:|blob:|allow-.*")
        return [
            source
            for sources in self.directives.values()
            for source in sources
            if not ours.fullmatch(source)
        ]


def stylesheet_urls(css: str) -> list[str]:
    """What a style sheet loads."""
    found = re.findall(r"""url\(\s*['"]?([^'")]+)|@import\s+['"]([^'"]+)""", css)
    return [url or imported for url, imported in found]
