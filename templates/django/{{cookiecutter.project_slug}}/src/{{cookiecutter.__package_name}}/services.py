"""What the requests are answered with: made once in a process."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings

from .config import Settings
from .infrastructure.database.access import Database
from .infrastructure.edge.policy import Edge
from .infrastructure.observability.health import Readiness
from .infrastructure.observability.metrics import Metrics
from .infrastructure.security.throttle import Throttle
from .infrastructure.serving.draining import Draining


@dataclass(frozen=True, kw_only=True)
class Services:
    """What all requests share; the database is Django's own affair."""

    settings: Settings
    metrics: Metrics
    readiness: Readiness
    throttle: Throttle
    edge: Edge


@cache
def services() -> Services:
    """The services of this process; nothing connects before it is needed."""
    given: Settings = settings.SERVICE
    database = Database()
    metrics = Metrics(database.figures)
    draining = Draining()
    return Services(
        settings=given,
        metrics=metrics,
        readiness=Readiness(database, draining),
        throttle=Throttle(given),
        edge=Edge(given, metrics, draining),
    )
