"""What can be done with users and their access tokens."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from ..infrastructure.database.access import release
from ..infrastructure.errors import Conflict, Unauthorized
from ..infrastructure.security.throttle import Throttle
from .errors import InvalidToken
from .models import Token, User
from .schemas import Credentials, SignIn, TokenOutput, mailbox


class Caller(NamedTuple):
    """Who makes a request, and by which token."""

    id: UUID
    email: str
    created_at: datetime
    token_id: UUID


def sign_up(throttle: Throttle, credentials: Credentials, *, client: str) -> User:
    """Add a user for a client, which may add only so many.

    client: the address that the request came from.
    Raises what `register` raises, and TooManyAttempts.
    """
    throttle.count_sign_up(client)
    return register(credentials)


def register(credentials: Credentials) -> User:
    """Add a user; raises Conflict where the address is taken.

    Raises Django's ValidationError where one of AUTH_PASSWORD_VALIDATORS refuses the password.
    """
    user = User(email=credentials.email)
    validate_password(credentials.password, user)
    user.password = make_password(credentials.password)
    try:
        # What fails within another transaction would otherwise end that one.
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("There is an account with this e-mail address.") from error
    return user


def authenticate(throttle: Throttle, email: str, password: str, *, client: str) -> User:
    """The user whose password it is.

    client: the address that the request came from.
    Raises Unauthorized, alike for an unknown address, and TooManyAttempts.
    """
    throttle.check(email, client)
    user = User.objects.filter(email=mailbox(email), is_active=True).first()
    release()
    if user is None:
        # It takes the time that a wrong password takes.
        make_password(password)
    if user is None or not user.check_password(password):
        throttle.count_failure(email, client)
        raise Unauthorized("The e-mail address or the password is wrong.")
    # Others may have failed meanwhile: many attempts at once are no way round the limit.
    throttle.check(email, client)
    return user


def sign_in(throttle: Throttle, sign_in: SignIn, *, client: str, ttl_seconds: int) -> TokenOutput:
    """Give out an access token; raises what `authenticate` raises."""
    user = authenticate(throttle, sign_in.email, sign_in.password, client=client)
    access_token = secrets.token_urlsafe(32)
    created_at = now()
    expires_at = created_at + timedelta(seconds=ttl_seconds)
    with transaction.atomic():
        user.tokens.filter(expires_at__lte=created_at).delete()
        user.tokens.create(
            digest=digest(access_token), created_at=created_at, expires_at=expires_at
        )
    return TokenOutput(access_token=access_token, expires_at=expires_at)


def identify(access_token: str) -> Caller:
    """Whose token this is; raises InvalidToken where it is nobody's, or no longer."""
    found = (
        Token.objects.filter(
            digest=digest(access_token), expires_at__gt=now(), user__is_active=True
        )
        .values_list("user_id", "user__email", "user__created_at", "id")
        .first()
    )
    if found is None:
        raise InvalidToken
    return Caller(*found)


@transaction.atomic
def revoke(token_id: UUID) -> None:
    """Make a token worthless."""
    Token.objects.filter(id=token_id).delete()


def digest(access_token: str) -> bytes:
    """What is kept of a token: its SHA-256, which suffices, as no one can guess 32 random bytes."""
    return sha256(access_token.encode()).digest()
