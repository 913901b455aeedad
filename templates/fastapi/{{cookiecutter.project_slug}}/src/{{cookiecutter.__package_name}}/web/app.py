"""The one place that puts the application together."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

import orjson
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from ..about import DESCRIPTION, NAME, VERSION
from ..accounts import use_cases as accounts
from ..accounts.events import valid_tokens
from ..config import Settings
from ..features import modules
from ..infrastructure.api import schema
from ..infrastructure.api.bodies import JsonRoute
from ..infrastructure.database.access import Database
from ..infrastructure.edge.asgi import EdgeMiddleware
from ..infrastructure.edge.policy import PROBES, Edge
from ..infrastructure.events.hub import Hub
from ..infrastructure.observability.health import Readiness
from ..infrastructure.observability.metrics import Metrics
from ..infrastructure.security.throttle import Throttle
from ..infrastructure.serving.draining import Draining
from ..services import Services
from . import errors, events, operations


class Service(FastAPI):
    """FastAPI within the edge, so that each answer passes it: those to errors are made outside of
    all other middleware.
    """

    def __init__(self, *, edge: Edge, **options: Any) -> None:
        super().__init__(**options)
        # Of what is added to the application itself, as by `app.get`.
        self.router.route_class = JsonRoute
        self._edge = EdgeMiddleware(super().__call__, edge=edge)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What a server calls, or an application that has mounted this one."""
        # Those of the other: `request.url_for` would look for its routes.
        scope.pop("router", None)
        scope.pop("app_root_path", None)
        await self._edge(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, with what FastAPI can't know."""
        return schema.completed(super().openapi())


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application; the settings come from the environment where none are given."""
    settings = settings or Settings.load()
    database = Database(settings.database_url.get_secret_value())
    provider = None
    if settings.otel_exporter_otlp_endpoint:
        # Costs memory and time, so it is imported only where it is used.
        from ..infrastructure.observability import spans

        provider = spans.provider(settings)
        database.trace(provider)
    draining = Draining()
    hub = Hub(
        identify=partial(accounts.identify, database),
        valid=partial(valid_tokens, database),
        redis_url=settings.shared_redis,
        draining=draining,
    )
    metrics = Metrics(database.figures, hub.figures)
    services = Services(
        settings=settings,
        database=database,
        metrics=metrics,
        hub=hub,
        readiness=Readiness(database, draining),
        throttle=Throttle(settings),
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(database.close)
            if provider:
                stack.callback(provider.shutdown)
            await stack.enter_async_context(hub.running())
            yield

    app = Service(
        edge=Edge(settings, metrics, draining),
        title=NAME,
        version=VERSION,
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        responses=schema.ANY_PROBLEM,
        redirect_slashes=False,
        generate_unique_id_function=schema.unique_ids(),
        telemetry={
            "tracer_provider": provider,
            "tracing": provider is not None,
            "exclude": lambda scope: scope["path"] in PROBES,
            # Metrics and logs have their own ways out: /metrics and standard output.
            "metrics": False,
            "logs": False,
        },
    )
    app.state.services = services
    # Routes are tried one by one, in the order of the features, but those of accounts last: they
    # have the most, and are asked for least.
    of_accounts, *others = modules("api")
    for api in (*others, of_accounts):
        app.include_router(api.router)
    for pages in modules("pages"):
        app.include_router(pages.router)
    app.include_router(events.router)
    app.include_router(operations.router)
    errors.install(app)
    return app


def openapi_document() -> bytes:
    """The OpenAPI document, for the command that prints it."""
    return orjson.dumps(create_app().openapi(), option=orjson.OPT_INDENT_2)
