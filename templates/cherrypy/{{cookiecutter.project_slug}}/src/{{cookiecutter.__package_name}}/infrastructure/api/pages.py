"""Pages for people, in Jinja."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

import cherrypy
from jinja2 import Environment, PackageLoader, StrictUndefined

from ...about import DESCRIPTION, NAME, VERSION
from ..edge.policy import PAGE_POLICY

HTML = "text/html; charset=utf-8"

_templates = Environment(
    # Each folder of the package has templates of its own.
    loader=PackageLoader(__name__.partition(".")[0], ""),
    autoescape=True,
    undefined=StrictUndefined,
)
_templates.globals.update(
    name=NAME,
    description=DESCRIPTION,
    version=VERSION,
    # The address of a path, wherever the service is mounted.
    url=partial(cherrypy.url, relative="server"),
)


def wrap_handler(template: str, policy: str = PAGE_POLICY) -> None:
    """Turn the variables that the handler returns into a page: the Tool `page`.

    template: its path in the package; policy: the Content-Security-Policy.
    """
    request = cherrypy.serving.request
    request.handler = partial(_render, request.handler, _templates.get_template(template))
    headers = cherrypy.serving.response.headers
    headers["Content-Type"] = HTML
    headers["Content-Security-Policy"] = policy


def render_error(status: int, detail: str) -> bytes:
    """A page on what is wrong."""
    headers = cherrypy.response.headers
    headers["Content-Type"] = HTML
    headers["Content-Security-Policy"] = PAGE_POLICY
    phrase = HTTPStatus(status).phrase
    template = _templates.get_template("web/templates/error.html")
    return template.render(status=status, phrase=phrase, detail=detail).encode()


def _render(handler: Callable[[], dict[str, Any]], template: Any) -> str:
    page: str = template.render(handler())
    return page
