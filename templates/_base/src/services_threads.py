"""What the requests are answered with."""

from dataclasses import dataclass

from .db import Database
from .draining import Draining
from .edge import Edge
from .health import Readiness
from .metrics import Metrics
from .throttle import SignInThrottle
from .web import Settings


@dataclass(frozen=True, kw_only=True)
class Services:
    """What the application makes once, for all requests."""

    settings: Settings
    database: Database
    metrics: Metrics
    readiness: Readiness
    throttle: SignInThrottle
    edge: Edge

    @classmethod
    def of(cls, settings: Settings) -> "Services":
        """Make them; nothing connects before it is needed."""
        database = Database(settings.database_url.get_secret_value())
        metrics = Metrics()
        return cls(
            settings=settings,
            database=database,
            metrics=metrics,
            readiness=Readiness(database),
            throttle=SignInThrottle(settings.shared_redis),
            edge=Edge(settings, metrics, Draining()),
        )
