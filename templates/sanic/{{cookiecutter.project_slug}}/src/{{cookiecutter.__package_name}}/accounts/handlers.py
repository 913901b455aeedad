"""Users and their access tokens over HTTP."""
# ruff: noqa: A002  # An `id` is called so in the contract, thus in routes and handlers.

from uuid import UUID

from sanic import Blueprint

from ..infrastructure.api.endpoints import endpoint
from ..infrastructure.api.paging import PageQuery
from ..services import Request
from . import links, use_cases
from .auth import authenticate, check_admin
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

public = Blueprint("public")
own = Blueprint("own")
own.on_request(authenticate)
administration = Blueprint("administration")
administration.on_request(authenticate)
administration.on_request(check_admin)
blueprint = Blueprint.group(public, own, administration, url_prefix="/api/v1")


@public.post("/users")
@endpoint(status=201, problems=(409, 429))
async def register(request: Request, body: Credentials) -> UserOutput:
    """Sign up."""
    services = request.app.ctx
    user = await use_cases.sign_up(
        services.database,
        services.throttle,
        body,
        client=request.client_ip,
        mails=services.settings.can_mail,
    )
    return UserOutput.model_validate(user)


@administration.get("/users")
@endpoint(problems=(403,))
async def list_users(request: Request, query: PageQuery) -> UserPage:
    """All users, the newest first: for administrators."""
    return await use_cases.users(request.app.ctx.database, query)


@own.get("/users/me")
@endpoint()
async def me(request: Request) -> AccountOutput:
    """The user whose token this is."""
    return AccountOutput.model_validate(request.ctx.caller)


@own.delete("/users/me")
@endpoint(problems=(429,))
async def delete_account(request: Request, body: Deletion) -> None:
    """Delete yourself, with all that is yours."""
    services = request.app.ctx
    await use_cases.delete_account(
        services.database,
        services.throttle,
        request.ctx.caller,
        body,
        client=request.client_ip,
    )


@own.put("/users/me/password")
@endpoint(problems=(429,))
async def change_password(request: Request, body: PasswordChange) -> None:
    """Change your password: all other tokens are worth nothing from then on."""
    services = request.app.ctx
    await use_cases.change_password(
        services.database,
        services.throttle,
        request.ctx.caller,
        body,
        client=request.client_ip,
    )


@public.post("/tokens")
@endpoint(status=201, problems=(401, 429))
async def sign_in(request: Request, body: SignIn) -> TokenOutput:
    """Sign in: get an access token."""
    services = request.app.ctx
    return await use_cases.sign_in(
        services.database,
        services.throttle,
        body,
        client=request.client_ip,
        ttl_seconds=services.settings.token_ttl_seconds,
    )


@own.get("/tokens")
@endpoint()
async def list_tokens(request: Request, query: PageQuery) -> TokenPage:
    """Where you are signed in: your access tokens, the newest first."""
    return await use_cases.tokens(request.app.ctx.database, request.ctx.caller, query)


@own.delete("/tokens")
@endpoint()
async def sign_out_everywhere(request: Request) -> None:
    """Sign out everywhere: all your tokens are worth nothing from then on."""
    await use_cases.revoke_all(request.app.ctx.database, request.ctx.caller.id)


@own.delete("/tokens/current")
@endpoint()
async def sign_out(request: Request) -> None:
    """Sign out: the token of this request is worth nothing from then on."""
    await use_cases.revoke(request.app.ctx.database, request.ctx.caller.token_digest)


@own.delete("/tokens/<id:path_id>")
@endpoint()
async def sign_out_elsewhere(request: Request, id: UUID | None) -> None:
    """Sign out elsewhere: this token is worth nothing from then on."""
    await use_cases.revoke_one(request.app.ctx.database, request.ctx.caller.id, id)


@public.post("/password-resets")
@endpoint(status=202, problems=(429,))
async def request_reset(request: Request, body: ResetRequest) -> MailOutput:
    """Ask for a mail with a link by which you can choose a new password."""
    services = request.app.ctx
    return await links.request_reset(
        services.database,
        services.throttle,
        body,
        client=request.client_ip,
        mails=services.settings.can_mail,
    )


@public.put("/password-resets/<secret:str>")
@endpoint()
async def reset_password(request: Request, secret: str, body: PasswordReset) -> None:
    """Choose a new password, by the secret of such a link."""
    await links.reset_password(request.app.ctx.database, secret, body)


@own.post("/email-verifications")
@endpoint(status=202, problems=(429,))
async def request_verification(request: Request) -> MailOutput:
    """Ask for a mail with a link that shows that the address is yours."""
    services = request.app.ctx
    return await links.request_verification(
        services.database,
        services.throttle,
        request.ctx.caller,
        client=request.client_ip,
        mails=services.settings.can_mail,
    )


@public.put("/email-verifications/<secret:str>")
@endpoint()
async def verify_email(request: Request, secret: str) -> None:
    """Show that the address is yours, by the secret of such a link."""
    await links.verify_email(request.app.ctx.database, secret)
