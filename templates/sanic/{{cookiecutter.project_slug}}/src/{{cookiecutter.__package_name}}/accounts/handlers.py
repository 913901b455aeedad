"""Users and their access tokens over HTTP."""

from uuid import UUID

from pydantic import TypeAdapter
from sanic import Blueprint
from sanic.response import HTTPResponse

from ..infrastructure.api.paging import PageQuery
from ..infrastructure.api.reading import read_json, read_query
from ..infrastructure.api.responses import empty, json
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

_query = TypeAdapter(PageQuery)
_credentials = TypeAdapter(Credentials)
_user = TypeAdapter(UserOutput)
_users = TypeAdapter(UserPage)
_account = TypeAdapter(AccountOutput)
_deletion = TypeAdapter(Deletion)
_change = TypeAdapter(PasswordChange)
_sign_in = TypeAdapter(SignIn)
_token = TypeAdapter(TokenOutput)
_tokens = TypeAdapter(TokenPage)
_reset_request = TypeAdapter(ResetRequest)
_reset = TypeAdapter(PasswordReset)
_mail = TypeAdapter(MailOutput)


@public.post("/users", stream=True)
async def register(request: Request) -> HTTPResponse:
    """Sign up."""
    services = request.app.ctx
    user = await use_cases.sign_up(
        services.database,
        services.throttle,
        await read_json(request, _credentials),
        client=request.client_ip,
        mails=services.settings.can_mail,
    )
    return json(_user, user, 201)


@administration.get("/users")
async def list_users(request: Request) -> HTTPResponse:
    """All users, the newest first: for administrators."""
    query = read_query(request, _query)
    return json(_users, await use_cases.users(request.app.ctx.database, query))


@own.get("/users/me")
async def me(request: Request) -> HTTPResponse:
    """The user whose token this is."""
    return json(_account, request.ctx.caller)


# Sanic's `delete` knows no `stream`.
@own.route("/users/me", methods=["DELETE"], stream=True)  # type: ignore[untyped-decorator]  # has no types
async def delete_account(request: Request) -> HTTPResponse:
    """Delete yourself, with all that is yours."""
    services = request.app.ctx
    await use_cases.delete_account(
        services.database,
        services.throttle,
        request.ctx.caller,
        await read_json(request, _deletion),
        client=request.client_ip,
    )
    return empty()


@own.put("/users/me/password", stream=True)
async def change_password(request: Request) -> HTTPResponse:
    """Change your password: all other tokens are worth nothing from then on."""
    services = request.app.ctx
    await use_cases.change_password(
        services.database,
        services.throttle,
        request.ctx.caller,
        await read_json(request, _change),
        client=request.client_ip,
    )
    return empty()


@public.post("/tokens", stream=True)
async def sign_in(request: Request) -> HTTPResponse:
    """Sign in: get an access token."""
    services = request.app.ctx
    token = await use_cases.sign_in(
        services.database,
        services.throttle,
        await read_json(request, _sign_in),
        client=request.client_ip,
        ttl_seconds=services.settings.token_ttl_seconds,
    )
    return json(_token, token, 201)


@own.get("/tokens")
async def list_tokens(request: Request) -> HTTPResponse:
    """Where you are signed in: your access tokens, the newest first."""
    query, caller = read_query(request, _query), request.ctx.caller
    return json(_tokens, await use_cases.tokens(request.app.ctx.database, caller, query))


@own.delete("/tokens")
async def sign_out_everywhere(request: Request) -> HTTPResponse:
    """Sign out everywhere: all your tokens are worth nothing from then on."""
    await use_cases.revoke_all(request.app.ctx.database, request.ctx.caller.id)
    return empty()


@own.delete("/tokens/current")
async def sign_out(request: Request) -> HTTPResponse:
    """Sign out: the token of this request is worth nothing from then on."""
    await use_cases.revoke(request.app.ctx.database, request.ctx.caller.token_digest)
    return empty()


@own.delete("/tokens/<id:path_id>")
async def sign_out_elsewhere(
    request: Request,
    id: UUID | None,  # noqa: A002  # its name in the path
) -> HTTPResponse:
    """Sign out elsewhere: this token is worth nothing from then on."""
    await use_cases.revoke_one(request.app.ctx.database, request.ctx.caller.id, id)
    return empty()


@public.post("/password-resets", stream=True)
async def request_reset(request: Request) -> HTTPResponse:
    """Ask for a mail with a link by which you can choose a new password."""
    services = request.app.ctx
    mail = await links.request_reset(
        services.database,
        services.throttle,
        await read_json(request, _reset_request),
        client=request.client_ip,
        mails=services.settings.can_mail,
    )
    return json(_mail, mail, 202)


@public.put("/password-resets/<secret:str>", stream=True)
async def reset_password(request: Request, secret: str) -> HTTPResponse:
    """Choose a new password, by the secret of such a link."""
    await links.reset_password(request.app.ctx.database, secret, await read_json(request, _reset))
    return empty()


@own.post("/email-verifications")
async def request_verification(request: Request) -> HTTPResponse:
    """Ask for a mail with a link that shows that the address is yours."""
    services = request.app.ctx
    mail = await links.request_verification(
        services.database,
        services.throttle,
        request.ctx.caller,
        client=request.client_ip,
        mails=services.settings.can_mail,
    )
    return json(_mail, mail, 202)


@public.put("/email-verifications/<secret:str>")
async def verify_email(request: Request, secret: str) -> HTTPResponse:
    """Show that the address is yours, by the secret of such a link."""
    await links.verify_email(request.app.ctx.database, secret)
    return empty()
