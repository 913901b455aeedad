"""English and German: pages, the admin, and the files that translations are read from."""

from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.apps import apps
from django.test import Client
from django.utils import translation

from {{ cookiecutter.__package_name }}.features import FEATURES

PACKAGE = Path(import_module("{{ cookiecutter.__package_name }}").__path__[0])
# Of the pages in `web`, of background jobs, and of each feature that has any.
FILES = sorted(PACKAGE.rglob("locale/de/LC_MESSAGES/django.po"))
# The same word in both languages.
ALIKE = {"id", "digest", "Version %(version)s"}


def messages(catalog: Catalog) -> dict[str, str]:
    return {str(message.id): str(message.string) for message in catalog if message.id}


@pytest.mark.parametrize("file", FILES, ids=str)
def test_each_text_is_translated_and_the_compiled_file_is_up_to_date(file: Path) -> None:
    with file.open("rb") as source, file.with_suffix(".mo").open("rb") as compiled:
        translated = messages(read_po(source))
        assert messages(read_mo(compiled)) == translated
    assert [text for text, german in translated.items() if not german] == []
    assert {text for text, german in translated.items() if text == german} <= ALIKE


TRANSLATED = {file.parts[-5] for file in FILES} & {*FEATURES}


@pytest.mark.parametrize("app", sorted(TRANSLATED))
def test_each_model_and_field_has_a_german_name(app: str) -> None:
    def names() -> list[str]:
        models = [model._meta for model in apps.get_app_config(app).get_models()]
        named = [model.verbose_name for model in models]
        named += [model.verbose_name_plural or "" for model in models]
        named += [str(field.verbose_name) for model in models for field in model.fields]
        return [str(name) for name in named]

    english = names()
    with translation.override("de"):
        german = names()
    same = {name for name, other in zip(english, german, strict=True) if name == other}
    assert same <= ALIKE


@pytest.mark.parametrize(
    ("accepted", "language", "text"),
    [
        ("de", "de", "Ist der Dienst bereit?"),
        ("de-AT, en;q=0.5", "de", "Ist der Dienst bereit?"),
        ("en", "en", "Is the service ready?"),
        ("fr", "en", "Is the service ready?"),
        ("", "en", "Is the service ready?"),
    ],
)
def test_a_page_is_in_the_language_of_its_reader(
    client: Client, accepted: str, language: str, text: str
) -> None:
    response = client.get("/", headers={"Accept-Language": accepted})
    assert response.headers["Content-Language"] == language
    assert "Accept-Language" in response.headers["Vary"]
    assert f'<html lang="{language}">' in response.text
    assert text in response.text


def test_the_admin_is_in_german(client: Client) -> None:
    response = client.get("/admin/login/", headers={"Accept-Language": "de"})
    assert "E-Mail-Adresse:" in response.text


@pytest.mark.parametrize("page", ["/", "/admin/login/"])
def test_a_reader_may_choose_another_language(client: Client, page: str) -> None:
    assert 'name="language" value="de"' in client.get(page).text
    chosen = client.post("/i18n/setlang/", {"language": "de"}, headers={"Referer": page})
    assert (chosen.status_code, chosen.headers["Location"]) == (302, page)
    assert '<html lang="de"' in client.get(page, headers={"Accept-Language": "en"}).text


def test_a_probe_is_answered_in_no_language(client: Client) -> None:
    response = client.get("/livez", headers={"Accept-Language": "de"})
    assert not {"Content-Language", "Vary"} & response.headers.keys()
