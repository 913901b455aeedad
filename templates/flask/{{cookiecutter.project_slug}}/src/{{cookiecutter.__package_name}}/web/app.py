"""The one place that puts the application together."""

from multiprocessing.util import Finalize

from flask import Flask, request

from .. import logs
from ..config import load
from ..services import Services
from ..wsgi import ROUTE, EdgeMiddleware
from . import Settings, accounts, cli, errors, operations, schema, tasks
from .json import StrictJson
from .routing import LenientUUIDConverter, TemplateRule
from .sessions import FrugalSessions


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application; the settings come from the environment where none are given."""
    settings = settings or load(Settings)
    logs.configure(settings)
    app = Flask(__name__, static_folder=None)
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SESSION_COOKIE_SECURE=settings.app_env == "production",
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.json = StrictJson(app)
    app.session_interface = FrugalSessions()
    app.url_rule_class = TemplateRule
    app.url_map.converters["uuid"] = LenientUUIDConverter
    # `/api//v1` is unknown, and no redirect.
    app.url_map.merge_slashes = False
    services = app.extensions["services"] = Services.of(settings)
    for part in (operations, accounts, tasks):
        app.register_blueprint(part.blueprint)
    errors.install(app)
    cli.install(app)
    # Not `atexit`, which before Python 3.13 does nothing in a forked process, as a worker is one.
    Finalize(None, services.database.close, exitpriority=0)
    if settings.otel_exporter_otlp_endpoint:
        # Costs memory and time, so it is imported only where it is used.
        from . import tracing

        tracing.install(app, services)
    app.before_request(_name_route)
    app.wsgi_app = EdgeMiddleware(  # type: ignore[method-assign]  # Flask's documented way
        app.wsgi_app,
        edge=services.edge,
        # They go to Flask's debugger.
        catches=() if app.debug else (Exception,),
    )
    return app


def openapi_document() -> bytes:
    """The OpenAPI document, for the command that prints it."""
    return schema.openapi_document(create_app())


def _name_route() -> None:
    """Tell the edge, for metrics and logs, which route matched."""
    rule = request.url_rule
    if isinstance(rule, TemplateRule):
        request.environ[ROUTE] = rule.template
