"""What handlers work with: the context of the application, and requests that know it."""

from dataclasses import dataclass
from typing import TypeAlias

from sanic import Sanic
from sanic.config import Config

from .config import Settings
from .infrastructure.api import request
from .infrastructure.database.access import Database
from .infrastructure.edge.policy import Edge
from .infrastructure.events.hub import Hub
from .infrastructure.observability.health import Readiness
from .infrastructure.observability.metrics import Metrics
from .infrastructure.security.throttle import Throttle


@dataclass(kw_only=True)
class Services:
    """What `create_app` makes once, for all requests; handlers find it in `request.app.ctx`."""

    settings: Settings
    database: Database
    edge: Edge
    metrics: Metrics
    hub: Hub
    readiness: Readiness
    throttle: Throttle


App: TypeAlias = Sanic[Config, Services]
Request: TypeAlias = request.Request[Services]
