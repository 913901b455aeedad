"""A project that is made in the page is the one that the command line makes."""

import io
import re
import shlex
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page

from tests.baking import tree
from tests.commands import cookiecutter
from tests.repository import ROOT, TEMPLATES, options

from .conftest import found_by_axe

# Shells, Jinja and JSON read something in these.
TEXTS = {
    "project_name": 'Bob\'s "Shop" & {{ more }}',
    "project_slug": "bobs-shop",
    "description": "Sells $HOME, `ls`, 100 % <b>ümläut</b>\\n {% if cookiecutter %}x{% endif %}.",
    "author_name": "Ann O'Neill",
    "author_email": "ann+shop@example.com",
}
# Python is loaded by whatever else this machine does meanwhile.
PATIENCE = 240_000


def _answers() -> Iterator[tuple[str, Mapping[str, str]]]:
    for template in TEMPLATES:
        yield template, {}
        yield template, TEXTS | {name: choices[-1] for name, choices in options(template).items()}


@pytest.fixture(scope="module")
def maker(chromium: Browser, address: str) -> Iterator[Page]:
    """One page for all tests, which has loaded Python."""
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto("make.html")
    page.get_by_role("button", name="Show the files").click()
    made(page)
    yield page
    context.close()


def made(page: Page) -> None:
    """Wait until what was asked for last is there."""
    page.locator("#status", has_text="KiB as zip").wait_for()


def answer(page: Page, template: str, answers: Mapping[str, str]) -> None:
    page.get_by_role("status").evaluate("place => { place.textContent = '' }")
    page.locator("#answers").evaluate("form => form.reset()")
    page.get_by_label("Which framework?").select_option(template)
    for name, text in answers.items():
        field = page.locator(f"[name={name}]:not(:disabled)")
        if field.count() == 1:
            field.fill(text)
        else:
            page.locator(f"[name={name}][value='{text}']").check()
    page.locator("#answers").dispatch_event("input")


def content_of(page: Page) -> dict[str, bytes]:
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the zip").click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def by_command_line(page: Page, folder: Path) -> str:
    """Run the command that the page shows; what it prints."""
    program, module, *arguments = shlex.split(page.locator("#command").inner_text())
    assert (program, module) == ("uvx", "cookiecutter")
    done = cookiecutter(*arguments, cwd=folder)
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("template", "answers"),
    [
        pytest.param(template, answers, id=f"{template}-{'other' if answers else 'recommended'}")
        for template, answers in _answers()
    ],
)
def test_the_zip_is_what_the_command_line_gives(
    template: str, answers: Mapping[str, str], maker: Page, tmp_path: Path
) -> None:
    answer(maker, template, answers)
    made(maker)
    said = by_command_line(maker, tmp_path)
    assert maker.locator("#said").inner_text().strip() == said.strip()
    assert content_of(maker) == tree(tmp_path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("project_name", " "),
        ("project_slug", "Shop"),
        ("project_slug", "flask"),
        ("author_email", "nobody"),
    ],
)
def test_what_is_not_allowed_is_said_beside_it_in_the_words_of_the_command_line(
    name: str, text: str, maker: Page, tmp_path: Path
) -> None:
    answer(maker, "flask", {name: text})
    maker.locator("#status", has_text="not allowed").wait_for()
    assert maker.locator(f"#of-{name}").inner_text() in by_command_line(maker, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert not maker.get_by_role("link", name="Download the zip").is_visible()


def test_all_that_is_not_allowed_is_said_at_once(maker: Page, tmp_path: Path) -> None:
    wrong = {"project_slug": "Shop", "author_name": " ", "author_email": "nobody"}
    answer(maker, "flask", wrong)
    maker.locator("#status", has_text="not allowed").wait_for()
    said = {name: maker.locator(f"#of-{name}").inner_text() for name in wrong}
    assert {*said.values()} == {*by_command_line(maker, tmp_path).splitlines()}
    assert maker.locator("[aria-invalid]").count() == len(wrong)


@pytest.mark.parametrize("text", ["gpj.\u202eexe", "escape \x1b[31m"], ids=["turned", "control"])
def test_no_command_has_what_can_not_be_seen(text: str, maker: Page, tmp_path: Path) -> None:
    answer(maker, "flask", {"description": text})
    maker.locator("#status", has_text="not allowed").wait_for()
    given = ("--directory", "templates/flask", "--no-input", f"description={text}")
    done = cookiecutter(str(ROOT), *given, cwd=tmp_path)
    assert maker.locator("#of-description").inner_text() == done.stdout.strip()
    assert maker.locator("#command").inner_text() == ""
    assert maker.get_by_role("button", name="Copy the command").is_hidden()
    maker.get_by_text("characters that can't be seen").wait_for()


def test_a_command_says_for_which_shells_it_is(page: Page) -> None:
    page.goto("make.html")
    for text, shells, shown in (
        ("Bob's Shop & more", "bash, zsh, fish, PowerShell and cmd", '"project_name={}"'),
        ("100 % shop", "bash and zsh.", "'project_name={}'"),
    ):
        page.locator("#project_name").fill(text)
        page.get_by_text(f"pasted into {shells}").wait_for()
        assert shown.format(text) in page.locator("#command").inner_text()


def test_a_short_name_is_offered_for_the_name(maker: Page) -> None:
    answer(maker, "bottle", {"project_name": "Flask"})
    made(maker)
    assert maker.locator("#project_slug").get_attribute("placeholder") == "flask-service"


def test_the_files_follow_the_answers_and_are_shown(maker: Page) -> None:
    answer(maker, "pyramid", {})
    made(maker)
    files = maker.get_by_role("navigation", name="The files")
    assert files.get_by_text("index.jinja2").count() == 1
    files.get_by_role("button", name="pyproject.toml").click()
    maker.get_by_role("region", name="pyproject.toml").get_by_text('"pyramid').first.wait_for()
    answer(maker, "pyramid", {"template_language": "mako"})
    made(maker)
    assert files.get_by_text("index.jinja2").count() == 0
    assert files.get_by_text("index.mako").count() == 1


def test_a_file_is_opened_by_the_keyboard(maker: Page) -> None:
    answer(maker, "flask", {})
    made(maker)
    files = maker.get_by_role("navigation", name="The files")
    files.get_by_text("docs", exact=True).press("Enter")
    files.get_by_role("button", name="production.md").press("Enter")
    maker.get_by_role("region", name="docs/production.md").get_by_text("backup").first.wait_for()


@pytest.mark.parametrize("answers", [{}, {"project_slug": "Shop"}], ids=["made", "refused"])
@pytest.mark.parametrize("width", [1280, 360])
def test_what_is_made_is_for_everyone_too(
    answers: Mapping[str, str], width: int, maker: Page, request: pytest.FixtureRequest
) -> None:
    maker.set_viewport_size({"width": width, "height": 800})
    answer(maker, "django", answers)
    maker.locator("#status", has_text=re.compile("KiB as zip|not allowed")).wait_for()
    assert found_by_axe(maker, request.config) == []
    assert maker.evaluate("document.documentElement.scrollWidth") <= width


def test_the_address_holds_all_answers(page: Page) -> None:
    page.goto("make.html")
    answer(page, "pyramid", TEXTS | {"template_language": "mako", "database": "sqlite"})
    command = page.locator("#command").inner_text()
    page.goto(page.url)
    assert page.locator("#command").inner_text() == command
    assert "template_language=mako" in command


def test_python_is_loaded_once_somebody_types_and_not_before(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"make.html?{urlencode({'template': 'django'})}", wait_until="networkidle")
    assert [url for url in asked if "pyodide" in url or url.endswith(".zip")] == []
    assert page.locator("#download").is_hidden()
    page.locator("#author_email").press_sequentially("nobody")
    page.get_by_role("progressbar", name="Python is loaded").wait_for()
    page.set_default_timeout(PATIENCE)
    page.locator("#of-author_email", has_text="is not allowed").wait_for()
