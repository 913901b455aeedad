"""What holds for every page, whatever is on it."""

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


def _open(page: Page, file: str) -> None:
    """Wait for what scripts load, too; pages in folders are documents, which have none."""
    page.goto(file, wait_until="load" if "/" in file else "networkidle")
