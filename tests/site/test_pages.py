"""What holds for every page, whatever is on it."""

import re

import pytest
from playwright.sync_api import Page

from .conftest import found_by_axe

# A large screen, and a small phone.
WIDTHS = (1280, 360)


def test_axe_finds_nothing(file: str, page: Page, request: pytest.FixtureRequest) -> None:
    _open(page, file)
    assert found_by_axe(page, request.config) == []


def test_a_page_is_no_wider_than_the_screen(file: str, page: Page) -> None:
    _open(page, file)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("path", "shown"),
    [("index.html", "#ranked > li[data-template]"), ("compare.html", "#code-left .line")],
)
@pytest.mark.parametrize("status", [None, 503], ids=["away", "refused"])
def test_what_can_not_be_loaded_is_said_and_can_be_tried_again(
    path: str, shown: str, status: int | None, unchecked_page: Page
) -> None:
    page = unchecked_page
    files = re.compile(r"\.json$")
    page.route(files, lambda route: route.fulfill(status=status) if status else route.abort())
    page.goto(path)
    page.locator("#status", has_text="could not be loaded").wait_for()
    page.get_by_role("button", name="Try again").click()
    page.locator("#status", has_text="could not be loaded").wait_for()
    page.unroute(files)
    page.get_by_role("button", name="Try again").click()
    page.locator(shown).first.wait_for()
    assert page.get_by_role("button", name="Try again").is_hidden()
    assert "could not be loaded" not in page.locator("#status").inner_text()


def _open(page: Page, file: str) -> None:
    """Wait for what scripts load, too; pages in folders are documents, which have none."""
    page.goto(file, wait_until="load" if "/" in file else "networkidle")
