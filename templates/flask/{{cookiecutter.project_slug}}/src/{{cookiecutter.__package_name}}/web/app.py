"""The one place that puts the application together."""

from multiprocessing.util import Finalize
from typing import Any

from flask import Flask

from ..config import Settings
from ..features import modules
from ..infrastructure.api import routing, schema
from ..infrastructure.database.access import Database
from ..infrastructure.database.models import Base
from ..infrastructure.edge.policy import Edge
from ..infrastructure.edge.wsgi import EdgeMiddleware
from ..infrastructure.observability.health import Readiness
from ..infrastructure.observability.metrics import Metrics
from ..infrastructure.security.sessions import FrugalSessions
from ..infrastructure.security.throttle import Throttle
from ..infrastructure.serving.draining import Draining
from ..services import Services, services
from . import errors, operations


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application; the settings come from the environment where none are given."""
    settings = settings or Settings.load()
    app = Flask(__name__)
    in_production = settings.app_env == "production"
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        # No other host of the domain can set a cookie with this prefix.
        SESSION_COOKIE_NAME="__Host-session" if in_production else "session",
        SESSION_COOKIE_SECURE=in_production,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.session_interface = FrugalSessions()
    draining = Draining()
    given = app.extensions["services"] = _make_services(settings, draining)
    routing.install(app)
    app.register_blueprint(operations.blueprint)
    for views in modules("views"):
        app.register_blueprint(views.blueprint)
    for pages in modules("pages"):
        app.register_blueprint(pages.blueprint)
    errors.install(app)
    app.shell_context_processor(_shell_names)
    if settings.otel_exporter_otlp_endpoint:
        # Costs memory and time, so it is imported only where it is used.
        from ..infrastructure.observability import tracing

        tracing.install(app, settings, given.database)
    app.wsgi_app = EdgeMiddleware(  # type: ignore[method-assign]  # Flask's documented way
        app.wsgi_app,
        edge=Edge(settings, given.metrics, draining),
        # Then an error is for Flask's debugger, or for a test.
        passes_errors_on=lambda: app.debug or app.testing,
    )
    return app


def _make_services(settings: Settings, draining: Draining) -> Services:
    """What all requests share; nothing connects before it is needed."""
    database = Database(settings.database_url.get_secret_value())
    # Not `atexit`, which before Python 3.13 does nothing in a forked process, as a worker is one.
    Finalize(None, database.close, exitpriority=0)
    return Services(
        settings=settings,
        database=database,
        metrics=Metrics(database.figures),
        readiness=Readiness(database, draining),
        throttle=Throttle(settings),
    )


def _shell_names() -> dict[str, Any]:
    """What `flask shell` knows by name: the services, and each model."""
    models = {mapper.class_.__name__: mapper.class_ for mapper in Base.registry.mappers}
    return {"services": services(), **models}


def openapi_document() -> bytes:
    """The OpenAPI document, for the command that prints it."""
    return schema.openapi_document(create_app())
