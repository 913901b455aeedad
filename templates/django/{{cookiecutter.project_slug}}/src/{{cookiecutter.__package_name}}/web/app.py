"""The one place that puts the application together."""

from multiprocessing.util import Finalize
from typing import Any
from wsgiref.types import WSGIEnvironment

import django
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connections

from ..asgi import EdgeMiddleware as AsgiEdgeMiddleware
from ..wsgi import BodyTooLarge, EdgeMiddleware
from .services import services


def create_app() -> EdgeMiddleware:
    """Make the application; its settings come from the environment, see `settings.py`."""
    _set_up()
    return EdgeMiddleware(Handler(), edge=services().edge)


def create_asgi_app() -> AsgiEdgeMiddleware:
    """Make the application for ASGI; Django runs views that are not asynchronous in a thread."""
    _set_up()
    handler: Any = ASGIHandler()
    return AsgiEdgeMiddleware(handler, edge=services().edge)


def openapi_document() -> bytes:
    """The OpenAPI document, without a server."""
    _set_up()
    from . import api, schema

    return schema.openapi_document(api.api)


def _set_up() -> None:
    django.setup()
    if settings.SERVICE.otel_exporter_otlp_endpoint:
        # Costs memory and time, so it is imported only where it is used.
        from . import tracing

        tracing.install(settings.SERVICE)
    # Not `atexit`, which before Python 3.13 does nothing in a forked process, as a worker is one.
    Finalize(None, _close_pool, exitpriority=0)


class Request(WSGIRequest):
    """A request whose body may be of a length that nobody has declared."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        super().__init__(environ)
        if not environ.get("CONTENT_LENGTH") and (
            "HTTP_TRANSFER_ENCODING" in environ or environ["SERVER_PROTOCOL"] > "HTTP/1.1"
        ):
            # Django would read nothing; but the server knows where the body ends.
            self._stream = environ["wsgi.input"]

    def read(self, size: int | None = -1, /) -> bytes:
        """Called for all ways to read; raises RequestDataTooBig, of which Django knows."""
        try:
            return super().read(size)
        except BodyTooLarge as error:
            raise RequestDataTooBig("The request body is too large.") from error


class Handler(WSGIHandler):
    """Django's own, with such requests."""

    request_class = Request


def _close_pool() -> None:
    connection = connections["default"]
    if close_pool := getattr(connection, "close_pool", None):
        close_pool()
