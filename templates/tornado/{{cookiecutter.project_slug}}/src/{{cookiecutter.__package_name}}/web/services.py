"""What the handlers work with."""

from dataclasses import dataclass

from ..db import Database
from ..draining import Draining
from ..edge import Edge
from ..events import Hub
from ..health import Readiness
from ..metrics import Metrics
from ..throttle import SignInThrottle
from . import Settings


@dataclass(frozen=True, kw_only=True)
class Services:
    """What the application makes once, for all requests."""

    settings: Settings
    database: Database
    draining: Draining
    edge: Edge
    hub: Hub
    metrics: Metrics
    readiness: Readiness
    throttle: SignInThrottle

    @classmethod
    def of(cls, settings: Settings) -> "Services":
        """Make them; nothing connects before it is needed."""
        database = Database(settings.database_url.get_secret_value())
        draining = Draining()
        metrics = Metrics()
        return cls(
            settings=settings,
            database=database,
            draining=draining,
            edge=Edge(settings, metrics, draining),
            hub=Hub(database, settings.shared_redis, draining),
            metrics=metrics,
            readiness=Readiness(database),
            throttle=SignInThrottle(settings.shared_redis),
        )
