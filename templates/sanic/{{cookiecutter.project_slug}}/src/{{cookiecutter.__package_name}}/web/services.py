"""What handlers work with: one object, the context of the application."""

from dataclasses import dataclass

from ..config import Settings
from ..db import Database
from ..draining import Draining
from ..edge import Edge
from ..events import Hub
from ..health import Readiness
from ..metrics import Metrics
from ..throttle import SignInThrottle


@dataclass(frozen=True, kw_only=True)
class Services:
    """What `create_app` makes once, for all requests; handlers find it in `request.app.ctx`."""

    settings: Settings
    database: Database
    draining: Draining
    edge: Edge
    metrics: Metrics
    hub: Hub
    readiness: Readiness
    throttle: SignInThrottle
