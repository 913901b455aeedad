"""The one place that puts the application together."""

from importlib import import_module
from multiprocessing.util import Finalize

from flask import Flask

from ..config import Settings, load
from ..features import FEATURES
from ..infrastructure.api import routing, schema
from ..infrastructure.api.json import StrictJson
from ..infrastructure.database.access import Database
from ..infrastructure.edge.policy import Edge
from ..infrastructure.edge.wsgi import EdgeMiddleware
from ..infrastructure.observability.health import Readiness
from ..infrastructure.observability.metrics import Metrics
from ..infrastructure.security.sessions import FrugalSessions
from ..infrastructure.security.throttle import Throttle
from ..infrastructure.serving.draining import Draining
from ..services import Services
from . import cli, errors, operations


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application; the settings come from the environment where none are given."""
    settings = settings or load()
    app = Flask(__name__, static_folder=None)
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SESSION_COOKIE_SECURE=settings.app_env == "production",
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.json = StrictJson(app)
    app.session_interface = FrugalSessions()
    draining = Draining()
    services = app.extensions["services"] = _make_services(settings, draining)
    routing.install(app)
    app.register_blueprint(operations.blueprint)
    for feature in FEATURES:
        app.register_blueprint(import_module(f"..{feature}.views", __package__).blueprint)
    errors.install(app)
    cli.install(app)
    if settings.otel_exporter_otlp_endpoint:
        # Costs memory and time, so it is imported only where it is used.
        from ..infrastructure.observability import tracing_flask

        tracing_flask.install(app, settings, services.database.engine)
    app.wsgi_app = EdgeMiddleware(  # type: ignore[method-assign]  # Flask's documented way
        app.wsgi_app,
        edge=Edge(settings, services.metrics, draining),
        # They go to Flask's debugger.
        catches=() if app.debug else (Exception,),
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
        metrics=Metrics(),
        readiness=Readiness(database, draining),
        throttle=Throttle(settings),
    )


def openapi_document() -> bytes:
    """The OpenAPI document, for the command that prints it."""
    return schema.openapi_document(create_app())
