"""Static files: those that were collected are named by their content, and compressed."""

from contextlib import closing
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from task_service.infrastructure.serving.development import (
    FOLDER,
)

STYLE = "body { color: black } " * 100


@pytest.fixture
def _collected(settings: Settings, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "page.css").write_text(STYLE, "utf-8")
    settings.STATICFILES_DIRS = [files]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "collected"
    entry = settings.STORAGES["staticfiles"]
    entry = {**entry, "OPTIONS": {"location": settings.STATIC_ROOT}}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": entry}
    settings.WHITENOISE_AUTOREFRESH = False
    call_command("collectstatic", interactive=False, verbosity=0)


@pytest.mark.usefixtures("_collected")
@pytest.mark.django_db
def test_browsers_keep_what_was_collected_and_load_little(client: Client) -> None:
    url = staticfiles_storage.url("page.css")
    assert url != "/static/page.css"
    with closing(client.get(url, headers={"Accept-Encoding": "gzip"})) as file:
        assert file.status_code == 200
        assert "immutable" in file.headers["Cache-Control"]
        assert file.headers["Content-Encoding"] == "gzip"
        assert int(file.headers["Content-Length"]) < len(STYLE) / 10


@pytest.mark.usefixtures("_collected")
def test_what_was_not_collected_has_its_own_name() -> None:
    assert staticfiles_storage.url("admin/css/base.css") == "/static/admin/css/base.css"


def test_to_collect_them_is_no_change_of_the_code(settings: Settings) -> None:
    assert not settings.COLLECTED.is_relative_to(FOLDER)
