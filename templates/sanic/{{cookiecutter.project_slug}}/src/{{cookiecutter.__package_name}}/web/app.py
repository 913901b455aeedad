"""The one place that puts the application together."""

import logging
from contextlib import AsyncExitStack

from sanic import Blueprint, Sanic
from sanic.log import access_logger, websockets_logger

from .. import logs
from ..config import Settings, load
from ..db import Database
from ..draining import Draining
from ..edge import Edge
from ..events import Hub
from ..health import Readiness
from ..metrics import Metrics
from ..throttle import SignInThrottle
from . import APP_NAME, accounts, events, middleware, operations, tasks
from .errors import ErrorHandler
from .request import App, Request
from .routing import Router
from .schema import openapi_document
from .services import Services

__all__ = ["create_app", "openapi_document"]

# How long a request may still take once its worker is stopped.
STOPPING_SECONDS = 30

# More than anybody sends by mistake: from who sends more, Sanic hangs up without a word.
MESSAGE_BYTES = 8 * 1024 * 1024


def create_app(*, settings: Settings | None = None) -> App:
    """Make the application; the settings come from the environment where none are given.

    By name only: Sanic's command tries to hand over its own arguments.
    """
    settings = settings or load(Settings)
    logs.configure(settings)
    # Its DEBUG tells the messages, access tokens among them.
    websockets_logger.setLevel(logging.INFO)
    # Requests are logged by `middleware.py`.
    access_logger.disabled = True
    services = _services(settings)
    app: App = Sanic(
        APP_NAME,
        ctx=services,
        router=Router(),
        error_handler=ErrorHandler(),
        request_class=Request,  # type: ignore[arg-type]  # Sanic means one for any context
        strict_slashes=True,
        configure_logging=False,
    )
    # Where Sanic Extensions are installed, they would add pages and checks of their own to these.
    app.config.AUTO_EXTEND = False
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = STOPPING_SECONDS
    # Of the handlers that do not read bodies as a stream. Sanic applies it to headers as well.
    app.config.REQUEST_MAX_SIZE = max(settings.max_body_bytes, app.config.REQUEST_MAX_HEADER_SIZE)
    app.config.WEBSOCKET_MAX_SIZE = MESSAGE_BYTES
    middleware.install(app)
    if settings.otel_exporter_otlp_endpoint:
        # Costs memory and time, so it is imported only where it is used.
        from . import tracing

        tracing.install(app)
    _run_with(app, services)
    api = (accounts.blueprint, tasks.blueprint, events.blueprint)
    app.blueprint(operations.blueprint)
    app.blueprint(Blueprint.group(*api, version=1, version_prefix="/api/v"))
    return app


def _services(settings: Settings) -> Services:
    database = Database(settings.database_url.get_secret_value())
    draining = Draining()
    metrics = Metrics()
    return Services(
        settings=settings,
        database=database,
        draining=draining,
        edge=Edge(settings, metrics, draining),
        metrics=metrics,
        hub=Hub(database, settings.shared_redis, draining),
        readiness=Readiness(database),
        throttle=SignInThrottle(settings.shared_redis),
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
