"""What can be done with users and their access tokens."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import get_language

from ..infrastructure.api import paging
from ..infrastructure.api.paging import PageQuery
from ..infrastructure.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    Unauthorized,
)
from ..infrastructure.security.digests import digest, new_secret
from ..infrastructure.security.throttle import Throttle
from .errors import InvalidToken
from .jobs import mail_verification
from .models import Token, User
from .schemas import (
    Credentials,
    PasswordChange,
    SignIn,
    TokenOutput,
    TokenPage,
    UserPage,
    mailbox,
)


def sign_up(throttle: Throttle, credentials: Credentials, *, client: str, mails: bool) -> User:
    """Add a user for a client, which may add only so many; raises TooManyAttempts.

    client: the address that the request came from; mails: whether to mail a link by which the user
    shows that the address is theirs. Raises what `register` does, too.
    """
    throttle.count_sign_up(client)
    return register(credentials, mails=mails)


def register(credentials: Credentials, *, mails: bool = False, is_admin: bool = False) -> User:
    """Add a user.

    Raises Conflict where the address is taken, and ValidationError where one of
    AUTH_PASSWORD_VALIDATORS refuses the password.
    """
    user = User(email=credentials.email, is_staff=is_admin, is_superuser=is_admin)
    judge(credentials.password, user, "password")
    user.password = make_password(credentials.password)
    try:
        # What fails within another transaction would otherwise end that one.
        with transaction.atomic():
            user.save(force_insert=True)
            if mails:
                mail_verification.enqueue(str(user.id), get_language() or "")
    except IntegrityError as error:
        raise Conflict("There is an account with this e-mail address.") from error
    return user


def find(email: str) -> User | None:
    """The user with this address."""
    return User.objects.filter(email=mailbox(email)).first()


def make_admin(user: User) -> None:
    """Let a user administrate."""
    User.objects.filter(id=user.id).update(is_staff=True, is_superuser=True)


def judge(password: str, user: User, field: str) -> None:
    """Ask Django's validators of a new password; raises ValidationError, which names the field."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from error


def sign_in(request: HttpRequest, credentials: SignIn, *, ttl_seconds: int) -> TokenOutput:
    """Give out an access token; whoever may sign in to the admin may do so here.

    Raises Unauthorized, alike for an unknown address, and TooManyAttempts.
    """
    user = authenticate(request, username=credentials.email, password=credentials.password)
    if user is None:
        raise _wrong()
    access_token = new_secret()
    expires_at = now() + timedelta(seconds=ttl_seconds)
    with transaction.atomic():
        _keep_unchanged(user, _wrong())
        user.tokens.create(digest=digest(access_token), expires_at=expires_at)
    return TokenOutput(access_token=access_token, expires_at=expires_at)


def identify(access_token: str) -> Token:
    """The token, with its user; raises InvalidToken where it is nobody's, or no longer."""
    try:
        return Token.objects.select_related("user").get(
            digest=digest(access_token), expires_at__gt=now(), user__is_active=True
        )
    except Token.DoesNotExist as error:
        raise InvalidToken from error


def check_admin(user: User) -> None:
    """Raises Forbidden where the user is no administrator."""
    if not user.is_admin:
        raise Forbidden("Only administrators may do this.")


def revoke(token: Token) -> None:
    """Make a token worthless."""
    token.delete()


def revoke_one(user: User, token_id: UUID | None) -> None:
    """Make one of a user's tokens worthless; raises NotFound."""
    of_id = Q(id=token_id) if token_id else Q(pk__in=())
    deleted, _ = user.tokens.filter(of_id).delete()
    if not deleted:
        raise NotFound("There is no such token.")


def revoke_all(user: User) -> None:
    """Make all tokens of a user worthless."""
    user.tokens.all().delete()


def tokens(current: Token, query: PageQuery) -> TokenPage:
    """A page of the tokens of the user whose this one is, the newest first."""
    valid = current.user.tokens.filter(expires_at__gt=now())
    found = valid.annotate(is_current=Q(id=current.id)).order_by("-id")
    if query.cursor is not None:
        found = found.filter(id__lt=query.cursor)
    return TokenPage.model_validate(paging.page(list(found[: query.limit + 1]), query.limit))


def change_password(request: HttpRequest, token: Token, change: PasswordChange) -> None:
    """Change the password of the user whose token this is, and make all others worthless.

    Raises Invalid for a wrong password, ValidationError for one that is refused, and
    TooManyAttempts.
    """
    user, pointer = token.user, "/current_password"
    found = _check_password(request, user, change.current_password, pointer)
    judge(change.new_password, user, "new_password")
    user.set_password(change.new_password)
    user.kept_token = token
    with transaction.atomic():
        _keep_unchanged(found, _not_the_password(pointer))
        user.save(update_fields=["password"])


def delete_account(request: HttpRequest, user: User, password: str) -> None:
    """Delete a user, with all that is theirs; raises Invalid and TooManyAttempts."""
    user = _check_password(request, user, password, "/password")
    with transaction.atomic():
        # Nobody adds what is theirs meanwhile, either.
        _keep_unchanged(user, _not_the_password("/password"))
        user.delete()


def users(query: PageQuery) -> UserPage:
    """A page of all users, the newest first."""
    found = User.objects.order_by("-id")
    if query.cursor is not None:
        found = found.filter(id__lt=query.cursor)
    return UserPage.model_validate(paging.page(list(found[: query.limit + 1]), query.limit))


def _check_password(request: HttpRequest, user: User, password: str, pointer: str) -> User:
    """The user, with the hash that the password has."""
    # A wrong one counts as a failed sign-in: who has found a token may not try passwords for long.
    found = authenticate(request, username=user.email, password=password)
    if not isinstance(found, User) or found != user:
        raise _not_the_password(pointer)
    return found


def _keep_unchanged(user: User, error: DomainError) -> None:
    """Lock a user; raises the error where the password was changed since it was looked at."""
    unchanged = User.objects.filter(id=user.id, password=user.password)
    if unchanged.select_for_update().first() is None:
        raise error


def _not_the_password(pointer: str) -> Invalid:
    return Invalid("it is not the password of this account", pointer=pointer)


def _wrong() -> Unauthorized:
    return Unauthorized("The e-mail address or the password is wrong.")
