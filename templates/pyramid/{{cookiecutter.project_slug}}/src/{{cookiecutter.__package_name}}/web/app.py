"""The one place that puts the application together."""

import os
from collections.abc import Mapping
from multiprocessing.util import Finalize
from wsgiref.types import WSGIApplication

from pyramid.config import Configurator
from pyramid.paster import get_appsettings, setup_logging
from pyramid.settings import asbool

from ..accounts import auth
from ..accounts.request import Request
from ..config import Settings
from ..features import modules
from ..infrastructure.api import openapi, pages, routing, views
from ..infrastructure.api.request import Response
from ..infrastructure.edge.wsgi import EdgeMiddleware
from ..infrastructure.settings import ConfigurationError
from ..services import Services
from . import errors, operations, sessions

# The file that `pserve` was given, for the workers.
INI = "PYRAMID_INI"
# Of which a feature may have its own, such as a view of what is not found, or a security policy.
FOUNDATIONS = (errors, views, routing, auth, sessions)


def main(global_config: dict[str, str], **settings: str) -> WSGIApplication:
    """Make the application for `pserve` and its like.

    settings: what an INI file says of Pyramid; the service's own come from the environment.
    """
    try:
        return create_app(ini=settings)
    except ConfigurationError as error:
        raise SystemExit(f"Error: {error.message}") from None


def create_app(
    settings: Settings | None = None, *, ini: Mapping[str, str] | None = None
) -> WSGIApplication:
    """Make the application; the settings come from the environment where none are given.

    ini: settings of Pyramid, by their full names.
    """
    settings = settings or Settings.load()
    if ini is None and INI in os.environ:
        ini = get_appsettings(os.environ[INI])
        # If it has a section on that, as Pyramid's documentation shows it.
        setup_logging(os.environ[INI])
    config = _configure(settings, ini)
    app = config.make_wsgi_app()
    services: Services = config.registry["services"]
    # Not `atexit`, which before Python 3.13 does nothing in a forked process, as a worker is one.
    Finalize(None, services.database.close, exitpriority=0)
    if settings.otel_exporter_otlp_endpoint:
        # Costs memory and time, so it is imported only where it is used.
        # OpenTelemetry's own tween names a span after a route, which a traversed path has not.
        from ..infrastructure.observability import tracing

        app = tracing.traced(app, settings, services.database)
    return EdgeMiddleware(app, edge=services.edge)


def openapi_document() -> bytes:
    """The OpenAPI document as JSON."""
    config = _configure(Settings.load(), ini=None)
    config.commit()
    return openapi.openapi_document(views.operations(config.registry))


def _configure(settings: Settings, ini: Mapping[str, str] | None) -> Configurator:
    config = Configurator(
        settings=ini, request_factory=Request, response_factory=lambda _request: Response()
    )
    config.registry["services"] = Services.of(settings)
    for part in FOUNDATIONS:
        config.include(part)
    # What comes later and says otherwise would be a conflict with it.
    config.commit()
    # Routes are tried one by one, in the order of the features, but those of accounts last: they
    # have the most, and are asked for least.
    of_accounts, *others = modules("views")
    for part in (*others, of_accounts, *modules("pages"), pages, operations):
        config.include(part)
    if settings.app_env == "development" and asbool(config.registry.settings.get("toolbar")):
        config.include(".toolbar")
    return config
