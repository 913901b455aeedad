"""SECRET_KEY, where the framework signs cookies: production needs a strong one of its own."""

import secrets

import pytest

from .commands import run
from .processes import free_port
from .test_settings import assert_refused

WEAK = {
    "empty": "",
    "a word": "secret",
    "31 characters": secrets.token_urlsafe(48)[:31],
}


@pytest.mark.parametrize("key", WEAK.values(), ids=WEAK.keys())
def test_production_refuses_a_weak_key(production_settings: dict[str, str], key: str) -> None:
    settings = {**production_settings, "SECRET_KEY": key, "PORT": str(free_port())}
    line = assert_refused(run("serve", **settings), "SECRET_KEY")
    assert len(key) < 8 or key not in line


def test_production_refuses_to_go_without_a_key(production_settings: dict[str, str]) -> None:
    settings = {**production_settings, "PORT": str(free_port())}
    del settings["SECRET_KEY"]
    assert_refused(run("serve", **settings), "SECRET_KEY")
