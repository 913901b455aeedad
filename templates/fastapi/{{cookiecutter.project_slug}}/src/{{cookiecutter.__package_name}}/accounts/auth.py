"""Who makes a request, as a dependency."""

from typing import Annotated

from fastapi import Depends, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from ..infrastructure.errors import Unauthorized
from ..services import ServicesDep
from . import use_cases
from .use_cases import Caller

_bearer = HTTPBearer(
    scheme_name="bearer",
    description="The `access_token` of `POST /api/v1/tokens`.",
    auto_error=False,
)


async def get_caller(
    services: ServicesDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Caller:
    """Who makes the request; raises Unauthorized."""
    if credentials is None:
        raise Unauthorized("A bearer token is needed.")
    return await use_cases.identify(services.database, credentials.credentials)


CallerDep = Annotated[Caller, Depends(get_caller)]


async def check_admin(caller: CallerDep) -> None:
    """What endpoints for administrators depend on; raises Forbidden."""
    use_cases.check_admin(caller)
