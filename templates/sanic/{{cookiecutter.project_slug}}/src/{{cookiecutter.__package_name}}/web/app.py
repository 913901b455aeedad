"""The one place that puts the application together."""

import logging
from contextlib import AsyncExitStack
from functools import partial
from weakref import WeakSet

from sanic import Sanic

from ..accounts import use_cases as accounts
from ..accounts.auth import authenticate
from ..accounts.events import valid_tokens
from ..config import Settings
from ..features import modules
from ..infrastructure.api import endpoints, openapi
from ..infrastructure.api.request import Request
from ..infrastructure.api.routing import Router
from ..infrastructure.database.access import Database
from ..infrastructure.edge import middleware
from ..infrastructure.edge.policy import Edge
from ..infrastructure.events.conversation import MESSAGE_BYTES, PING_SECONDS
from ..infrastructure.events.hub import Hub
from ..infrastructure.observability import logs
from ..infrastructure.observability.health import Readiness
from ..infrastructure.observability.metrics import Metrics
from ..infrastructure.security.throttle import Throttle
from ..infrastructure.serving.draining import Draining
from ..services import App, Services
from . import events, operations
from .errors import ErrorHandler

# Sanic wants a name without blanks: that of the package.
APP_NAME = __name__.partition(".")[0]

# How long a request may still take once its worker is stopped.
STOPPING_SECONDS = 30


def create_app(*, settings: Settings | None = None) -> App:
    """Make the application; the settings come from the environment where none are given.

    By name only: Sanic's command tries to hand over its own arguments.
    """
    settings = settings or Settings.load()
    services = _services(settings)
    app: App = Sanic(
        APP_NAME,
        ctx=services,
        router=Router(),
        error_handler=ErrorHandler(),
        request_class=Request,
        # Where nobody has configured it, as Sanic's command leaves that to the application.
        configure_logging=not logging.getLogger().hasHandlers(),
        log_config=logs.standard_library(settings),
    )
    # Where Sanic Extensions are installed, they would add pages and checks of their own to these.
    app.config.AUTO_EXTEND = False
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = STOPPING_SECONDS
    # Of the handlers that do not read bodies as a stream. Sanic applies it to headers as well.
    app.config.REQUEST_MAX_SIZE = max(settings.max_body_bytes, app.config.REQUEST_MAX_HEADER_SIZE)
    app.config.WEBSOCKET_MAX_SIZE = MESSAGE_BYTES
    app.config.WEBSOCKET_PING_INTERVAL = app.config.WEBSOCKET_PING_TIMEOUT = PING_SECONDS
    middleware.install(app)
    if settings.otel_exporter_otlp_endpoint:
        # Costs memory and time, so it is imported only where it is used.
        from ..infrastructure.observability import tracing

        tracing.install(app, settings, services.database)
    _run_with(app, services)
    for part in (operations, *modules("handlers"), *modules("pages"), events):
        # Of these alone: routes that a library adds may be meant otherwise.
        app.blueprint(part.blueprint, strict_slashes=True)
    return app


def _services(settings: Settings) -> Services:
    database = Database(settings.database_url.get_secret_value())
    draining = Draining()
    hub = Hub(
        identify=partial(accounts.identify, database),
        valid=partial(valid_tokens, database),
        redis_url=settings.shared_redis,
        draining=draining,
    )
    metrics = Metrics(database.figures, hub.figures)
    edge = Edge(settings, metrics, draining)
    # Of a request whose client has gone, Sanic does not say that it has ended.
    edge.in_progress = WeakSet()
    return Services(
        settings=settings,
        database=database,
        edge=edge,
        metrics=metrics,
        hub=hub,
        readiness=Readiness(database, draining),
        throttle=Throttle(settings),
    )


def _run_with(app: App, services: Services) -> None:
    running = AsyncExitStack()

    @app.before_server_start
    async def start(_app: App) -> None:
        running.push_async_callback(services.database.close)
        await running.enter_async_context(services.hub.running())

    @app.after_server_stop
    async def stop(_app: App) -> None:
        await running.aclose()


def openapi_document() -> bytes:
    """The OpenAPI document, for the command that prints it."""
    return openapi.openapi_document(endpoints.operations(create_app(), authenticate))
