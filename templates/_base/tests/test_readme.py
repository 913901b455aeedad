"""README.md and .env.example say what is so."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from task_service.config import Settings

ROOT = Path(__file__).parents[1]

# Before the first section stands what the project says of itself, which may be anything.
README = (ROOT / "README.md").read_text("utf-8").partition("\n## ")[2]
ENV_EXAMPLE = (ROOT / ".env.example").read_text("utf-8")
# Where there is no one value to show.
DEFAULTS = {
    "WEB_CONCURRENCY": "the number of processors, at least 2",
    "LOG_FORMAT": "by `APP_ENV`",
    "PUBLIC_URL": "`http://HOST:PORT`",
    "SECRET_KEY": "one for development only",
}


def shown(name: str, value: Any) -> str:
    """A default as the table of the settings shows it."""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    return DEFAULTS.get(name) or ("" if value in (None, (), "") else f"`{value}`")


def test_each_setting_is_explained_with_its_default() -> None:
    rows = re.findall(r"(?m)^\| `([A-Z0-9_]+)` \| (.*) \| (.*) \|$", README)
    names = map(str.upper, Settings.model_fields)
    assert rows == [
        (name, shown(name, field.default), " ".join(str(field.description).split()))
        for name, field in zip(names, Settings.model_fields.values(), strict=True)
    ]


def test_the_example_of_settings_names_each_with_its_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = re.findall(r"(?m)^(?:# )?([A-Z0-9_]+)=", ENV_EXAMPLE)
    for name in names:
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / ".env"
    file.write_text(re.sub(r"(?m)^# (?=[A-Z0-9_]+=)", "", ENV_EXAMPLE), "utf-8")
    # Its default depends on the machine.
    read, default = Settings(_env_file=file), Settings(_env_file=None)
    assert read == default.model_copy(update={"web_concurrency": read.web_concurrency})
    settings = {name.upper() for name in Settings.model_fields}
    of_compose = set(re.findall(r"\$\{([A-Z0-9_]+):\?", (ROOT / "compose.yaml").read_text("utf-8")))
    assert set(names) == settings | of_compose


def test_no_secret_is_given_away() -> None:
    assert re.findall(r"(?m)^[A-Z0-9_]+=.+$", ENV_EXAMPLE) == []


def layout() -> Iterator[str]:
    """The paths in the tree of the section on the layout."""
    tree = re.search(r"(?s)## Layout\n\n```\n(.*?)```", README)
    assert tree
    folders: list[str] = []
    # Four spaces a level; a line further in only describes.
    for indentation, names in re.findall(r"(?m)^( {0,8})(\S+(?:,? \S+)*)", tree[1]):
        depth = len(indentation) // 4
        for name in re.split(r",? ", names):
            yield "/".join([*folders[:depth], name])
        folders[depth:] = [name.rstrip("/")]


@pytest.mark.parametrize("path", [*layout(), *re.findall(r"\]\(([\w./-]+)\)", README)])
def test_a_file_exists(path: str) -> None:
    assert (ROOT / path).exists()
