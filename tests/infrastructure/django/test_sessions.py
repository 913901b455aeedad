"""Sessions of the admin: a cookie that Django can't have made costs no question to the database."""

import pytest
from django.conf import settings
from django.test import Client


@pytest.mark.parametrize("key", ["\0aaaaaaaaaaaaaaaa", "aaaaaaaa aaaaaaaa", "short"])
def test_a_session_that_django_cannot_have_made_is_not_looked_up(client: Client, key: str) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    # Without a mark, pytest-django lets nothing ask the database.
    assert client.get("/admin/").status_code == 302
