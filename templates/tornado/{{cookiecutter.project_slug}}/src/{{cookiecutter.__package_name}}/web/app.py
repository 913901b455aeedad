"""The one place that puts the application together."""

from collections import ChainMap
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tornado import locale

from ..accounts import use_cases as accounts
from ..accounts.events import valid_tokens
from ..config import Settings
from ..features import modules
from ..infrastructure.api.application import Service
from ..infrastructure.database.access import Database
from ..infrastructure.edge.policy import Edge
from ..infrastructure.events.conversation import MESSAGE_BYTES, PING_SECONDS
from ..infrastructure.events.hub import Hub
from ..infrastructure.observability.health import Readiness
from ..infrastructure.observability.metrics import Metrics
from ..infrastructure.security.throttle import Throttle
from ..infrastructure.serving.draining import Draining
from ..services import Services
from . import events, operations
from .operations import openapi_document

if TYPE_CHECKING:
    from ..infrastructure.observability.tracing import Traces

__all__ = ["create_app", "openapi_document"]

_HERE = Path(__file__).parent


def create_app(settings: Settings | None = None) -> Service:
    """Make the application; the settings come from the environment where none are given."""
    settings = settings or Settings.load()
    features = modules("handlers")
    # What pages of features need, and links to them from the page at `/`.
    own = [getattr(feature, "SETTINGS", {}) for feature in features]
    in_production = settings.app_env == "production"
    given: dict[str, Any] = {
        "translations": str(_HERE / "translations"),
        # Templates are named by their paths in the package.
        "template_path": str(_HERE.parent),
        "cookie_secret": settings.secret_key.get_secret_value(),
        "xsrf_cookies": True,
        # No other host of the domain can set a cookie with this prefix.
        "xsrf_cookie_name": "__Host-xsrf" if in_production else "_xsrf",
        "xsrf_cookie_kwargs": {"secure": in_production},
        # So a client that has gone without a word is noticed.
        "websocket_ping_interval": PING_SECONDS,
        # Of a longer one it hangs up in the middle, where its word may be lost; `conversation.py`
        # has the limit.
        "websocket_max_message_size": 2 * MESSAGE_BYTES,
        **ChainMap(*own),
    }
    given["links"] = [link for each in own for link in each.get("links", {}).items()]
    for name in ("ui_methods", "ui_modules"):
        given[name] = [each.get(name, {}) for each in own]
    locale.load_translations(given["translations"])
    draining = Draining()
    services = _services(settings, draining)
    # Rules are tried one by one, in the order of the features, but those of accounts last: they
    # have the most, and are asked for least.
    of_accounts, *others = features
    parts = (*others, of_accounts, events, operations)
    return Service(
        [rule for module in parts for rule in module.RULES],
        edge=Edge(settings, services.metrics, draining),
        hub=services.hub,
        traces=_traces(settings, services.database),
        close=services.database.close,
        services=services,
        **given,
    )


def _services(settings: Settings, draining: Draining) -> Services:
    """What handlers work with; nothing connects before it is needed."""
    database = Database(settings.database_url.get_secret_value())
    hub = Hub(
        identify=partial(accounts.identify, database),
        valid=partial(valid_tokens, database),
        redis_url=settings.shared_redis,
        draining=draining,
    )
    return Services(
        settings=settings,
        database=database,
        hub=hub,
        metrics=Metrics(database.figures, hub.figures),
        readiness=Readiness(database, draining),
        throttle=Throttle(settings),
    )


def _traces(settings: Settings, database: Database) -> "Traces | None":
    if not settings.otel_exporter_otlp_endpoint:
        return None
    # Costs memory and time, so it is imported only where it is used.
    from ..infrastructure.observability.tracing import Traces

    return Traces(settings, database)
