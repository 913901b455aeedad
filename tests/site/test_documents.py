"""The pages of the documentation, as their readers use them."""

from playwright.sync_api import Page

from ..repository import MENU


def test_each_template_has_a_page_with_a_picture_of_its_layers(page: Page) -> None:
    for template, entry in MENU.items():
        page.goto(f"docs/{template}/index.html")
        assert page.title() == f"{entry['title']} · cookiecutter-backends"
        assert entry["description"] in page.locator("article p").first.inner_text()
        boxes = page.locator(".layers code").all_inner_texts()
        in_order = [name for name in boxes if name in {"web/", "use_cases.py", "infrastructure/"}]
        # Of two features.
        assert in_order == ["web/", "use_cases.py", "use_cases.py", "infrastructure/"], template


def test_one_page_has_the_settings_of_all(page: Page) -> None:
    page.goto("docs/settings.html")
    rows = page.get_by_role("row")
    assert rows.filter(has_text="MAX_BODY_BYTES").inner_text().endswith("\tall")
    secret = rows.filter(has=page.get_by_text("SECRET_KEY", exact=True))
    assert secret.inner_text().endswith("\tDjango, Flask, Pyramid, Tornado")


def test_texts_lead_from_one_to_another(page: Page) -> None:
    page.goto("docs/index.html")
    page.get_by_role("link", name="From Hug to FastAPI").first.click()
    page.get_by_role("link", name="FastAPI template").click()
    page.get_by_role("link", name="docs/production.md").first.click()
    assert page.title() == "In production · FastAPI · cookiecutter-backends"


def test_on_a_phone_the_text_comes_before_the_list_which_a_link_leads_to(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("docs/contract.html")
    places = [page.locator(each).bounding_box() for each in ("article", "#documents")]
    assert places[0] and places[1] and places[0]["y"] < places[1]["y"]
    page.get_by_role("link", name="All documents").click()
    page.get_by_role("link", name="Settings", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Settings"
