"""The one place that puts the application together."""

import logging
from pathlib import Path

from tornado import locale

from .. import logs
from ..config import load
from ..openapi import openapi_document
from . import Settings, accounts, dashboard, events, operations, tasks
from .application import Service
from .handlers import NotFoundHandler
from .pages import AssetHandler
from .services import Services

__all__ = ["create_app", "openapi_document"]

_HERE = Path(__file__).parent


def create_app(settings: Settings | None = None) -> Service:
    """Make the application; the settings come from the environment where none are given."""
    settings = settings or load(Settings)
    logs.configure(settings)
    # What it tells of malformed requests repeats them, with all secrets that may be in there.
    logging.getLogger("tornado.general").setLevel(logging.WARNING)
    locale.load_translations(str(_HERE / "translations"))
    rules = (tasks, accounts, events, operations, dashboard)
    return Service(
        Services.of(settings),
        [rule for module in rules for rule in module.RULES],
        default_handler_class=NotFoundHandler,
        template_path=str(_HERE / "templates"),
        ui_modules=dashboard.UI_MODULES,
        static_path=str(_HERE / "static"),
        static_handler_class=AssetHandler,
        cookie_secret=settings.secret_key.get_secret_value(),
        xsrf_cookies=True,
        login_url="/dashboard/sign-in",
        # So a client that has gone without a word is noticed.
        websocket_ping_interval=30,
        websocket_max_message_size=settings.max_body_bytes,
    )
