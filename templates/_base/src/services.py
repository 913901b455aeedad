"""What the requests are answered with."""

from dataclasses import dataclass

from .config import Settings
from .infrastructure.database.access import Database
from .infrastructure.edge.policy import Edge
from .infrastructure.observability.health import Readiness
from .infrastructure.observability.metrics import Metrics
from .infrastructure.security.throttle import Throttle
from .infrastructure.serving.draining import Draining


@dataclass(frozen=True, kw_only=True)
class Services:
    """What the application makes once, for all requests."""

    settings: Settings
    database: Database
    metrics: Metrics
    readiness: Readiness
    throttle: Throttle
    edge: Edge

    @classmethod
    def of(cls, settings: Settings) -> "Services":
        """Make them; nothing connects before it is needed."""
        database = Database(settings.database_url.get_secret_value())
        metrics = Metrics(database.figures)
        draining = Draining()
        return cls(
            settings=settings,
            database=database,
            metrics=metrics,
            readiness=Readiness(database, draining),
            throttle=Throttle(settings),
            edge=Edge(settings, metrics, draining),
        )
