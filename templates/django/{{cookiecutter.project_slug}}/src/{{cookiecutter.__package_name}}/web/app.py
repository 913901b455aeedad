"""The one place that puts the application together."""

from multiprocessing.util import Finalize
from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

from ..infrastructure.database.access import close_pool
from ..infrastructure.edge.handlers import AroundASGI, AroundWSGI
from ..infrastructure.setup import set_up
from ..services import services


def create_app() -> AroundWSGI:
    """Make the application; its settings come from the environment, see `settings.py`."""
    _set_up()
    return AroundWSGI(get_wsgi_application(), services().edge)


def create_asgi_app() -> AroundASGI:
    """Make the application for ASGI; Django runs views that are not asynchronous in a thread."""
    _set_up()
    handler: Any = get_asgi_application()
    return AroundASGI(handler, services().edge)


def openapi_document() -> bytes:
    """The OpenAPI document, for the command that prints it."""
    _set_up()
    # What they import reads Django's settings.
    from ..infrastructure.api import schema
    from .api import api

    return schema.openapi_document(api)


def _set_up() -> None:
    set_up()
    if settings.SERVICE.otel_exporter_otlp_endpoint:
        # Costs memory and time, so it is imported only where it is used.
        from ..infrastructure.observability import tracing

        tracing.install(settings.SERVICE)
    # Not `atexit`, which before Python 3.13 does nothing in a forked process, as a worker is one.
    Finalize(None, close_pool, exitpriority=0)
