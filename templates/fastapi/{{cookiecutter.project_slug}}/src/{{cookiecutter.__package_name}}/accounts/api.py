"""Users and their access tokens over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from ..infrastructure.api.bodies import JsonRoute
from ..infrastructure.api.fields import PathId
from ..infrastructure.api.paging import PageQuery
from ..infrastructure.api.schema import problems
from ..services import ServicesDep
from . import links, use_cases
from .auth import CallerDep, check_admin
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

router = APIRouter(
    prefix="/api/v1",
    tags=["accounts"],
    route_class=JsonRoute,
    responses=problems(503),
)


@router.post("/users", status_code=201, response_model=UserOutput, responses=problems(409, 429))
async def register(services: ServicesDep, request: Request, credentials: Credentials) -> object:
    """Sign up."""
    return await use_cases.sign_up(
        services.database,
        services.throttle,
        credentials,
        client=client_of(request),
        mails=services.settings.can_mail,
    )


@router.get("/users", dependencies=[Depends(check_admin)], responses=problems(401, 403))
async def list_users(services: ServicesDep, query: Annotated[PageQuery, Query()]) -> UserPage:
    """All users, the newest first: for administrators."""
    return await use_cases.users(services.database, query)


@router.get("/users/me", response_model=AccountOutput, responses=problems(401))
async def me(caller: CallerDep) -> object:
    """The user whose token this is."""
    return caller


@router.delete("/users/me", status_code=204, responses=problems(401, 429))
async def delete_account(
    services: ServicesDep, caller: CallerDep, request: Request, deletion: Deletion
) -> None:
    """Delete yourself, with all that is yours."""
    await use_cases.delete_account(
        services.database, services.throttle, caller, deletion, client=client_of(request)
    )


@router.put("/users/me/password", status_code=204, responses=problems(401, 429))
async def change_password(
    services: ServicesDep, caller: CallerDep, request: Request, change: PasswordChange
) -> None:
    """Change your password: all other tokens are worth nothing from then on."""
    await use_cases.change_password(
        services.database, services.throttle, caller, change, client=client_of(request)
    )


@router.post("/tokens", status_code=201, responses=problems(401, 429))
async def sign_in(services: ServicesDep, request: Request, sign_in: SignIn) -> TokenOutput:
    """Sign in: get an access token."""
    return await use_cases.sign_in(
        services.database,
        services.throttle,
        sign_in,
        client=client_of(request),
        ttl_seconds=services.settings.token_ttl_seconds,
    )


@router.get("/tokens", responses=problems(401))
async def list_tokens(
    services: ServicesDep, caller: CallerDep, query: Annotated[PageQuery, Query()]
) -> TokenPage:
    """Where you are signed in: your access tokens, the newest first."""
    return await use_cases.tokens(services.database, caller, query)


@router.delete("/tokens", status_code=204, responses=problems(401))
async def sign_out_everywhere(services: ServicesDep, caller: CallerDep) -> None:
    """Sign out everywhere: all your tokens are worth nothing from then on."""
    await use_cases.revoke_all(services.database, caller.id)


@router.delete("/tokens/current", status_code=204, responses=problems(401))
async def sign_out(services: ServicesDep, caller: CallerDep) -> None:
    """Sign out: the token of this request is worth nothing from then on."""
    await use_cases.revoke(services.database, caller.token_digest)


@router.delete("/tokens/{id}", status_code=204, responses=problems(401, 404))
async def sign_out_elsewhere(
    services: ServicesDep, caller: CallerDep, token_id: Annotated[PathId, Path(alias="id")]
) -> None:
    """Sign out elsewhere: this token is worth nothing from then on."""
    await use_cases.revoke_one(services.database, caller.id, token_id)


@router.post("/password-resets", status_code=202, responses=problems(429))
async def request_reset(services: ServicesDep, request: Request, reset: ResetRequest) -> MailOutput:
    """Ask for a mail with a link by which you can choose a new password."""
    return await links.request_reset(
        services.database,
        services.throttle,
        reset,
        client=client_of(request),
        mails=services.settings.can_mail,
    )


@router.put("/password-resets/{secret}", status_code=204, responses=problems(404))
async def reset_password(services: ServicesDep, secret: str, reset: PasswordReset) -> None:
    """Choose a new password, by the secret of such a link."""
    await links.reset_password(services.database, secret, reset)


@router.post("/email-verifications", status_code=202, responses=problems(401, 429))
async def request_verification(
    services: ServicesDep, caller: CallerDep, request: Request
) -> MailOutput:
    """Ask for a mail with a link that shows that the address is yours."""
    return await links.request_verification(
        services.database,
        services.throttle,
        caller,
        client=client_of(request),
        mails=services.settings.can_mail,
    )


@router.put("/email-verifications/{secret}", status_code=204, responses=problems(404))
async def verify_email(services: ServicesDep, secret: str) -> None:
    """Show that the address is yours, by the secret of such a link."""
    await links.verify_email(services.database, secret)


def client_of(request: Request) -> str:
    """The address that the request came from."""
    return request.client.host if request.client else ""
