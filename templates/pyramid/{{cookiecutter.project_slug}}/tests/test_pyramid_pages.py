"""Pages, in whichever language they are written."""

from html import unescape
from importlib import import_module

import pytest
from contract.project import PACKAGE, ROOT
from pyramid.paster import bootstrap
from pyramid.renderers import render

pages = import_module(f"{PACKAGE}.web.pages")
HOSTILE = "<script>alert('x')</script> & \"more\""


def test_text_in_a_page_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "test")
    values = {"name": HOSTILE, "version": "1.2.3", "description": "<b>bold</b>"}
    with bootstrap(str(ROOT / "production.ini")) as env:
        page = render(f"{PACKAGE}.web:{pages.INDEX}", values, request=env["request"])
    assert "<script" not in page
    assert "<b>" not in page
    assert f"<h1>{HOSTILE}</h1>" in unescape(page)
    assert "Version 1.2.3" in page
    assert 'href="/docs"' in page
