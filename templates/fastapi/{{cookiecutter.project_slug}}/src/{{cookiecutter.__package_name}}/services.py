"""What the application makes once, for all requests; endpoints get it as a dependency."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from fastapi.requests import HTTPConnection

from .config import Settings
from .infrastructure.database.access import Database
from .infrastructure.events.hub import Hub
from .infrastructure.observability.health import Readiness
from .infrastructure.observability.metrics import Metrics
from .infrastructure.security.throttle import Throttle


@dataclass(frozen=True, kw_only=True)
class Services:
    """What `create_app` makes; add what your endpoints need."""

    settings: Settings
    database: Database
    metrics: Metrics
    hub: Hub
    readiness: Readiness
    throttle: Throttle


async def get_services(connection: HTTPConnection) -> Services:
    """The services of the application; a test may override this dependency."""
    services: Services = connection.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(get_services)]
