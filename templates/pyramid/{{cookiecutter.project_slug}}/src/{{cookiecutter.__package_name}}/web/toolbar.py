"""The debug toolbar: development.ini asks for it, and it is not there but in development."""

from pyramid.config import Configurator
from pyramid.events import NewResponse

POLICY = "default-src 'self' 'unsafe-inline' data:; frame-ancestors 'none'"


def includeme(config: Configurator) -> None:
    """Have it on each page, and at `/_debug_toolbar/`."""
    config.include("pyramid_debugtoolbar")
    config.add_subscriber(_let_it_be_loaded, NewResponse)


def _let_it_be_loaded(event: NewResponse) -> None:
    """The policy of a page lets nothing of it be loaded."""
    if event.response.content_type == "text/html":
        event.response.headers["Content-Security-Policy"] = POLICY
