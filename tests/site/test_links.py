"""No link within the site is broken, and no page looks for anything elsewhere."""

from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ADDRESSES = {"href", "src", "srcset", "action"}


class Read(HTMLParser):
    """What a page leads to, and the places in it that others may lead to."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.places: list[str] = []
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ADDRESSES and value:
                self.addresses.append(value)
            elif name == "id" and value:
                self.places.append(value)


@cache
def read(page: Path) -> Read:
    return Read(page)


def test_each_link_leads_somewhere(site: Path, file: str) -> None:
    page = site / file
    broken = []
    for address in read(page).addresses:
        parts = urlsplit(address)
        if parts.scheme:
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page.resolve()
        exists = target.is_file() and target.is_relative_to(site.resolve())
        if not exists or (parts.fragment and parts.fragment not in read(target).places):
            broken.append(address)
    assert broken == []


def test_each_place_has_a_name_of_its_own(site: Path, file: str) -> None:
    places = read(site / file).places
    assert len(places) == len(set(places))
