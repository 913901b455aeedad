"""The one place that puts the application together."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from .. import logs
from ..about import DESCRIPTION, NAME, VERSION
from ..asgi import EdgeMiddleware
from ..config import Settings, load
from ..db import Database
from ..draining import Draining
from ..edge import Edge
from ..events import Hub
from ..health import Readiness
from ..metrics import Metrics
from ..throttle import SignInThrottle
from . import accounts, errors, events, operations, schema, tasks
from .services import Services


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application; the settings come from the environment where none are given."""
    settings = settings or load(Settings)
    logs.configure(settings)
    database = Database(settings.database_url.get_secret_value())
    provider = None
    if settings.otel_exporter_otlp_endpoint:
        # Costs memory and time, so it is imported only where it is used.
        from .. import tracing

        provider = tracing.provider(settings, database.engine.sync_engine)
    draining = Draining()
    services = Services(
        settings=settings,
        database=database,
        metrics=Metrics(),
        hub=Hub(database, settings.shared_redis, draining),
        readiness=Readiness(database),
        throttle=SignInThrottle(settings.shared_redis),
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(database.close)
            if provider:
                stack.callback(provider.shutdown)
            await stack.enter_async_context(services.hub.running())
            yield

    app = FastAPI(
        title=NAME,
        version=VERSION,
        description=DESCRIPTION,
        lifespan=lifespan,
        openapi_url=None,
        redirect_slashes=False,
        # Generated clients name their functions by it.
        generate_unique_id_function=lambda route: route.name,
        telemetry={
            "tracer_provider": provider,
            "tracing": provider is not None,
            # Metrics and logs have their own ways out: /metrics and standard output.
            "metrics": False,
            "logs": False,
        },
    )
    app.state.services = services
    for router in (operations.router, accounts.router, tasks.router, events.router):
        app.include_router(router)
    errors.install(app)
    schema.install(app)
    app.add_middleware(EdgeMiddleware, edge=Edge(settings, services.metrics, draining))
    return app


def openapi_document() -> bytes:
    """The OpenAPI document, for the command that prints it."""
    return schema.openapi_document(create_app())
