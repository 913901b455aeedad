"""Users and their access tokens over HTTP."""

from fastapi import APIRouter, Request

from ..infrastructure.api.bodies import JsonRoute
from ..infrastructure.api.schema import problems
from ..services import ServicesDep
from . import use_cases
from .auth import CallerDep
from .schemas import Credentials, SignIn, TokenOutput, UserOutput

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
        services.database, services.throttle, credentials, client=_client(request)
    )


@router.post("/tokens", status_code=201, responses=problems(401, 429))
async def sign_in(services: ServicesDep, request: Request, sign_in: SignIn) -> TokenOutput:
    """Sign in: get an access token."""
    return await use_cases.sign_in(
        services.database,
        services.throttle,
        sign_in,
        client=_client(request),
        ttl_seconds=services.settings.token_ttl_seconds,
    )


@router.delete("/tokens/current", status_code=204, responses=problems(401))
async def sign_out(services: ServicesDep, caller: CallerDep) -> None:
    """Sign out: the token of this request is worth nothing from then on."""
    await use_cases.revoke(services.database, caller.token_digest)


@router.get("/users/me", response_model=UserOutput, responses=problems(401))
async def me(caller: CallerDep) -> object:
    """The user whose token this is."""
    return caller


def _client(request: Request) -> str:
    """The address that the request came from."""
    return request.client.host if request.client else ""
