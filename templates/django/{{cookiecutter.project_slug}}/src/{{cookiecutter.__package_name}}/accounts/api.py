"""Users and their access tokens over HTTP."""

from django.http import HttpRequest
from ninja import Query, Router, Status

from ..infrastructure.api.fields import PathId
from ..infrastructure.api.paging import PageQuery
from ..infrastructure.api.problems import Problem
from ..services import services
from . import links, use_cases
from .auth import SignedIn, SignedInRequest
from .models import User
from .schemas import (
    AccountOutput,
    Credentials,
    Deletion,
    MailOutput,
    PasswordChange,
    PasswordReset,
    ResetRequest,
    SignIn,
    TokenOutput,
    TokenPage,
    UserOutput,
    UserPage,
)

router = Router()


@router.post("/users", auth=None, response={201: UserOutput, 409: Problem, 429: Problem})
def register(request: HttpRequest, credentials: Credentials) -> Status[User]:
    """Sign up."""
    user = use_cases.sign_up(
        services().throttle,
        credentials,
        client=client_of(request),
        mails=services().settings.can_mail,
    )
    return Status(201, user)


@router.get("/users", auth=SignedIn(use_cases.check_admin), response={200: UserPage, 403: Problem})
def list_users(request: SignedInRequest, query: Query[PageQuery]) -> UserPage:
    """All users, the newest first: for administrators."""
    return use_cases.users(query)


@router.get("/users/me", response=AccountOutput)
def me(request: SignedInRequest) -> User:
    """The user whose token this is."""
    return request.user


@router.delete("/users/me", response={204: None, 429: Problem})
def delete_account(request: SignedInRequest, deletion: Deletion) -> Status[None]:
    """Delete yourself, with all that is yours."""
    use_cases.delete_account(request, request.user, deletion.password)
    return Status(204, None)


@router.put("/users/me/password", response={204: None, 429: Problem})
def change_password(request: SignedInRequest, change: PasswordChange) -> Status[None]:
    """Change your password: all other tokens are worth nothing from then on."""
    use_cases.change_password(request, request.auth, change)
    return Status(204, None)


@router.post("/tokens", auth=None, response={201: TokenOutput, 401: Problem, 429: Problem})
def sign_in(request: HttpRequest, credentials: SignIn) -> Status[TokenOutput]:
    """Sign in: get an access token."""
    ttl_seconds = services().settings.token_ttl_seconds
    return Status(201, use_cases.sign_in(request, credentials, ttl_seconds=ttl_seconds))


@router.get("/tokens", response=TokenPage)
def list_tokens(request: SignedInRequest, query: Query[PageQuery]) -> TokenPage:
    """Where you are signed in: your access tokens, the newest first."""
    return use_cases.tokens(request.auth, query)


@router.delete("/tokens", response={204: None})
def sign_out_everywhere(request: SignedInRequest) -> Status[None]:
    """Sign out everywhere: all your tokens are worth nothing from then on."""
    use_cases.revoke_all(request.user)
    return Status(204, None)


@router.delete("/tokens/current", response={204: None})
def sign_out(request: SignedInRequest) -> Status[None]:
    """Sign out: the token of this request is worth nothing from then on."""
    use_cases.revoke(request.auth)
    return Status(204, None)


@router.delete("/tokens/{id}", response={204: None})
def sign_out_elsewhere(
    request: SignedInRequest,
    id: PathId,  # noqa: A002  # its name in the path
) -> Status[None]:
    """Sign out elsewhere: this token is worth nothing from then on."""
    use_cases.revoke_one(request.user, id)
    return Status(204, None)


@router.post("/password-resets", auth=None, response={202: MailOutput, 429: Problem})
def request_reset(request: HttpRequest, reset: ResetRequest) -> Status[MailOutput]:
    """Ask for a mail with a link by which you can choose a new password."""
    said = links.request_reset(
        services().throttle,
        reset,
        client=client_of(request),
        mails=services().settings.can_mail,
    )
    return Status(202, said)


@router.put("/password-resets/{secret}", auth=None, response={204: None})
def reset_password(request: HttpRequest, secret: str, reset: PasswordReset) -> Status[None]:
    """Choose a new password, by the secret of such a link."""
    links.reset_password(secret, reset)
    return Status(204, None)


@router.post("/email-verifications", response={202: MailOutput, 429: Problem})
def request_verification(request: SignedInRequest) -> Status[MailOutput]:
    """Ask for a mail with a link that shows that the address is yours."""
    said = links.request_verification(
        services().throttle,
        request.user,
        client=client_of(request),
        mails=services().settings.can_mail,
    )
    return Status(202, said)


@router.put("/email-verifications/{secret}", auth=None, response={204: None})
def verify_email(request: HttpRequest, secret: str) -> Status[None]:
    """Show that the address is yours, by the secret of such a link."""
    links.verify_email(secret)
    return Status(204, None)


def client_of(request: HttpRequest) -> str:
    """The address that the request came from."""
    client: str = request.META["REMOTE_ADDR"]
    return client
