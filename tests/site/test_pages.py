"""What holds for every page, whatever is on it."""

from typing import Any

import pytest
from playwright.sync_api import Page

# A large screen, and a small phone.
WIDTHS = (1280, 360)


def test_axe_finds_nothing(file: str, page: Page, request: pytest.FixtureRequest) -> None:
    page.goto(file)
    axe = request.config.getoption("--npm") / "axe-core/axe.min.js"
    # The page's own policy allows no code but its own; this goes around it.
    page.evaluate(axe.read_text("utf-8"))
    page.emulate_media(color_scheme="light")
    assert _found(page, {}) == []
    page.emulate_media(color_scheme="dark")
    # In the dark nothing else differs.
    assert _found(page, {"runOnly": ["color-contrast"]}) == []


def _found(page: Page, options: dict[str, Any]) -> list[tuple[str, list[str]]]:
    only = {"resultTypes": ["violations"], **options}
    violations = page.evaluate("options => axe.run(options)", only)["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations]


def test_a_page_is_no_wider_than_the_screen(file: str, page: Page) -> None:
    page.goto(file)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
