"""What Django signs; and a session that it can't have made costs no question to the database."""

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client

from task_service.services import services


@pytest.mark.parametrize("key", ["\0aaaaaaaaaaaaaaaa", "aaaaaaaa aaaaaaaa", "short"])
def test_a_session_that_django_cannot_have_made_is_not_looked_up(client: Client, key: str) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    # Without a mark, pytest-django lets nothing ask the database.
    assert client.get("/admin/").status_code == 302


def test_what_is_signed_is_signed_by_the_key_of_the_settings() -> None:
    key = services().settings.secret_key.get_secret_value()
    assert signing.loads(signing.dumps("ada", key=key)) == "ada"
    with pytest.raises(signing.BadSignature):
        signing.loads(signing.dumps("ada", key=f"{key}x"))
