"""What the handlers work with."""

from dataclasses import dataclass

from .config import Settings
from .infrastructure.api.handlers import BaseHandler
from .infrastructure.database.access import Database
from .infrastructure.events.hub import Hub
from .infrastructure.observability.health import Readiness
from .infrastructure.observability.metrics import Metrics
from .infrastructure.security.throttle import Throttle


@dataclass(frozen=True, kw_only=True)
class Services:
    """What the application makes once, for all requests."""

    settings: Settings
    database: Database
    hub: Hub
    metrics: Metrics
    readiness: Readiness
    throttle: Throttle


class Handler(BaseHandler):
    """A handler that knows them."""

    @property
    def services(self) -> Services:
        """What the application has made."""
        services: Services = self.settings["services"]
        return services

    @property
    def client(self) -> str:
        """The address that the request came from."""
        return self.request.remote_ip or ""
