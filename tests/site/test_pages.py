"""What holds for every page, whatever is on it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

SCHEMES = ("light", "dark")
# A large screen, and a small phone.
WIDTHS = (1280, 360)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "path" in metafunc.fixturenames:
        folder: Path = metafunc.config.getoption("--site")
        pages = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*.html"))
        metafunc.parametrize("path", pages)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing(
    path: str, scheme: str, page: Page, request: pytest.FixtureRequest
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(path)
    axe = request.config.getoption("--npm") / "axe-core/axe.min.js"
    # The page's own policy allows no code but its own; this goes around it.
    page.evaluate(axe.read_text("utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_is_no_wider_than_the_screen(path: str, width: int, page: Page) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
