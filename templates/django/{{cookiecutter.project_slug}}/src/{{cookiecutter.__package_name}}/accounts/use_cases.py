"""What can be done with users and their access tokens."""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.timezone import now

from ..infrastructure.errors import Conflict, Unauthorized
from ..infrastructure.security.throttle import Throttle
from .errors import InvalidToken
from .models import Token, User
from .schemas import Credentials, SignIn, TokenOutput


def sign_up(throttle: Throttle, credentials: Credentials, *, client: str) -> User:
    """Add a user for a client, which may add only so many; raises TooManyAttempts.

    client: the address that the request came from.
    Raises Conflict where the address is taken, and ValidationError where one of
    AUTH_PASSWORD_VALIDATORS refuses the password.
    """
    throttle.count_sign_up(client)
    user = User(email=credentials.email)
    try:
        validate_password(credentials.password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    user.password = make_password(credentials.password)
    try:
        # What fails within another transaction would otherwise end that one.
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("There is an account with this e-mail address.") from error
    return user


def sign_in(request: HttpRequest, credentials: SignIn, *, ttl_seconds: int) -> TokenOutput:
    """Give out an access token; whoever may sign in to the admin may do so here.

    Raises Unauthorized, alike for an unknown address, and TooManyAttempts.
    """
    user = authenticate(request, username=credentials.email, password=credentials.password)
    if user is None:
        raise Unauthorized("The e-mail address or the password is wrong.")
    access_token = secrets.token_urlsafe(32)
    created_at = now()
    expires_at = created_at + timedelta(seconds=ttl_seconds)
    with transaction.atomic():
        user.tokens.filter(expires_at__lte=created_at).delete()
        user.tokens.create(
            digest=digest(access_token), created_at=created_at, expires_at=expires_at
        )
    return TokenOutput(access_token=access_token, expires_at=expires_at)


def identify(access_token: str) -> Token:
    """The token, with its user; raises InvalidToken where it is nobody's, or no longer."""
    try:
        return Token.objects.select_related("user").get(
            digest=digest(access_token), expires_at__gt=now(), user__is_active=True
        )
    except Token.DoesNotExist as error:
        raise InvalidToken from error


def revoke(token: Token) -> None:
    """Make a token worthless."""
    token.delete()


def digest(access_token: str) -> bytes:
    """What is kept of a token: its SHA-256, which suffices, as no one can guess 32 random bytes."""
    return sha256(access_token.encode()).digest()
