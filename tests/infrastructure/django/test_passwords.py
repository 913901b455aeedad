"""Hashes of passwords are made as production has them, and renewed when that has changed."""

import pytest
from django.contrib.auth.hashers import make_password
from pytest_django import Settings

from task_service.accounts.models import User
from task_service.infrastructure.security.passwords import (
    Argon2idPasswordHasher,
)
from task_service.web.settings import PASSWORD_HASHERS

PASSWORD = "correct horse battery"


@pytest.mark.django_db
def test_a_hash_with_other_settings_is_renewed_when_the_password_is_used(
    settings: Settings,
) -> None:
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    user = User.objects.create_user("ada@example.com", PASSWORD)
    assert user.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")

    hasher = Argon2idPasswordHasher()
    hasher.time_cost = 1
    user.password = hasher.encode(PASSWORD, hasher.salt())
    assert user.check_password(PASSWORD)
    assert "$m=19456,t=2,p=1$" in User.objects.get().password


@pytest.mark.django_db
def test_a_hash_of_elsewhere_is_known_and_renewed(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    user = User.objects.create(
        email="ada@example.com", password=make_password(PASSWORD, hasher="pbkdf2_sha256")
    )
    assert user.check_password(PASSWORD)
    assert User.objects.get().password.startswith("argon2$argon2id$")
