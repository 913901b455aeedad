"""What the application makes once, for all requests; views get it by `services()`."""

from dataclasses import dataclass

from flask import current_app

from .config import Settings
from .infrastructure.database.access import Database
from .infrastructure.observability.health import Readiness
from .infrastructure.observability.metrics import Metrics
from .infrastructure.security.throttle import Throttle


@dataclass(frozen=True, kw_only=True)
class Services:
    """What `create_app` makes; add what your views need."""

    settings: Settings
    database: Database
    metrics: Metrics
    readiness: Readiness
    throttle: Throttle


def services() -> Services:
    """The services of the current application; a test may replace them in `app.extensions`."""
    found: Services = current_app.extensions["services"]
    return found
