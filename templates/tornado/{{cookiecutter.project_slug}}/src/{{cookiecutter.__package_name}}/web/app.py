"""The one place that puts the application together."""

import logging
from pathlib import Path

from .. import logs
from ..config import load
from ..openapi import openapi_document
from . import Settings, accounts, events, operations, tasks
from .application import Service
from .handlers import NotFoundHandler
from .services import Services

__all__ = ["create_app", "openapi_document"]

_HERE = Path(__file__).parent


def create_app(settings: Settings | None = None) -> Service:
    """Make the application; the settings come from the environment where none are given."""
    settings = settings or load(Settings)
    logs.configure(settings)
    # What it tells of malformed requests repeats them, with all secrets that may be in there.
    logging.getLogger("tornado.general").setLevel(logging.WARNING)
    services = Services.of(settings)
    return Service(
        services,
        [*tasks.RULES, *accounts.RULES, *events.RULES, *operations.RULES],
        default_handler_class=NotFoundHandler,
        template_path=str(_HERE / "templates"),
        cookie_secret=settings.secret_key.get_secret_value(),
        xsrf_cookies=True,
        # So a client that has gone without a word is noticed.
        websocket_ping_interval=30,
        websocket_max_message_size=settings.max_body_bytes,
    )
