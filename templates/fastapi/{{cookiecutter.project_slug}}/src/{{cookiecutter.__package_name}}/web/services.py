"""What the endpoints depend on, as annotated dependencies."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Security
from fastapi.requests import HTTPConnection
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from .. import accounts
from ..accounts import Caller
from ..config import Settings
from ..db import Database
from ..errors import Unauthorized
from ..events import Hub
from ..health import Readiness
from ..metrics import Metrics
from ..throttle import SignInThrottle


@dataclass(frozen=True, kw_only=True)
class Services:
    """What `create_app` makes once, for all requests."""

    settings: Settings
    database: Database
    metrics: Metrics
    hub: Hub
    readiness: Readiness
    throttle: SignInThrottle


async def get_services(connection: HTTPConnection) -> Services:
    """The services of the application; a test may override this dependency."""
    services: Services = connection.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(get_services)]

_bearer = HTTPBearer(
    scheme_name="bearer",
    description="The `access_token` of `POST /api/v1/tokens`.",
    auto_error=False,
)


async def get_access_token(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> str:
    """The bearer token of the request, whatever it is worth; raises Unauthorized for none."""
    if credentials is None:
        raise Unauthorized("A bearer token is needed.")
    return credentials.credentials


AccessTokenDep = Annotated[str, Depends(get_access_token)]


async def get_caller(services: ServicesDep, access_token: AccessTokenDep) -> Caller:
    """Who makes the request; raises Unauthorized."""
    return await accounts.identify(services.database, access_token)


CallerDep = Annotated[Caller, Depends(get_caller)]
