"""Serves the site that was built, below a path, and opens its pages in Chromium."""

import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

# As on GitHub Pages, where a site stands below the name of its repository.
BELOW = "/cookiecutter-backends"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--site", type=Path, required=True, help="the folder that it was built in")
    parser.addoption("--npm", type=Path, required=True, help="what npm has installed")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try each page where a test asks for its file."""
    if "file" in metafunc.fixturenames:
        folder: Path = metafunc.config.getoption("--site")
        pages = sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*.html"))
        metafunc.parametrize("file", pages)


class _Handler(SimpleHTTPRequestHandler):
    def translate_path(self, path: str) -> str:
        within = path.removeprefix(BELOW)
        return super().translate_path(within if within != path else "/nowhere")

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest) -> Path:
    path: Path = request.config.getoption("--site")
    return path


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    handler = partial(_Handler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{BELOW}/"
        server.shutdown()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def unchecked_page(chromium: Browser, address: str) -> Iterator[Page]:
    """A page at the site's address, which may log errors."""
    context = chromium.new_context(base_url=address)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(unchecked_page: Page, address: str) -> Iterator[Page]:
    """The same, which fails where it asks another host or logs an error."""
    page = unchecked_page
    wrong: list[str] = []
    page.on(
        "request", lambda asked: None if asked.url.startswith(address) else wrong.append(asked.url)
    )
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    assert wrong == []


def found_by_axe(page: Page, config: pytest.Config) -> list[tuple[str, list[str]]]:
    """What is not for everyone on a page, as it is: the rule, and each element."""
    axe: Path = config.getoption("--npm") / "axe-core/axe.min.js"
    # The page's own policy allows no code but its own; this goes around it.
    page.evaluate(axe.read_text("utf-8"))
    page.emulate_media(color_scheme="light")
    found = _violations(page, {})
    page.emulate_media(color_scheme="dark")
    # In the dark nothing else differs.
    return found + _violations(page, {"runOnly": ["color-contrast"]})


def _violations(page: Page, options: dict[str, Any]) -> list[tuple[str, list[str]]]:
    only = {"resultTypes": ["violations"], **options}
    found = page.evaluate("options => axe.run(options)", only)["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]
