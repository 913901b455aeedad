"""Two projects side by side are what their templates give."""

from playwright.sync_api import Page

from tests.conftest import Baked
from tests.repository import TEMPLATES


def test_a_part_of_each_template_is_shown_as_it_is(page: Page, baked: Baked) -> None:
    page.goto("compare.html")
    for template in TEMPLATES:
        page.get_by_label("with", exact=True).select_option(template)
        page.locator(f"#make-left[href$='{template}']").wait_for()
        path = page.locator("#path-left").inner_text()
        lines = page.locator("#code-left .line").all_text_contents()
        expected = (baked(template) / path).read_text("utf-8").rstrip("\n").split("\n")
        assert [line.rstrip() for line in lines] == [line.rstrip() for line in expected]


def test_lines_that_differ_are_marked(page: Page) -> None:
    page.goto("compare.html?subject=models&left=bottle&right=cherrypy")
    page.locator("#status", has_text="Both are the same").wait_for()
    page.get_by_label("What").select_option("The endpoints of tasks")
    page.locator("#status", has_text="not in the other").wait_for()
    said = page.locator("#status").inner_text()
    for side, title in (("left", "Bottle"), ("right", "CherryPy")):
        lines = page.locator(f"#code-{side} .line").count()
        assert f"{page.locator(f'#code-{side} .differs').count()} of {lines} in {title}" in said
    marked = page.locator("#code-left .differs").all_text_contents()
    assert any("@app.post" in line for line in marked)
    assert '"""Tasks over HTTP."""' not in marked


def test_the_address_holds_what_is_compared(page: Page) -> None:
    page.goto("compare.html")
    page.get_by_label("What").select_option("The test of these")
    page.get_by_label("and with").select_option("Tornado")
    page.goto(page.url)
    page.get_by_role("heading", name="Tornado").wait_for()
    assert page.locator("#path-right").inner_text() == "tests/test_tasks.py"


def test_a_link_to_one_side_is_compared_with_another(page: Page) -> None:
    for template in TEMPLATES:
        page.goto(f"compare.html?left={template}")
        page.locator(f"#make-left[href$='{template}']").wait_for()
        assert page.get_by_label("and with").input_value() != template


def test_no_line_is_cut(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("compare.html?subject=installs")
    page.locator("#code-right .line").first.wait_for()
    for side in ("left", "right"):
        code = page.locator(f"#code-{side}")
        assert code.evaluate("code => code.scrollWidth - code.clientWidth") == 0
