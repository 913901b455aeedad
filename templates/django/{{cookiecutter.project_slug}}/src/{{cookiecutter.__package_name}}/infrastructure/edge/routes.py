"""Which route a request matched: what metrics, logs and traces call it by."""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from django.contrib.admindocs.views import simplify_regex
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest

from .wsgi import ROUTE

_VARIABLE = re.compile(r"<(?:[^<>:]+:)?([^<>]+)>")


class Route(NamedTuple):
    """A route as `asgi.py` wants it."""

    path: str


def tell(request: HttpRequest, route: str) -> None:
    """Tell the edge which route of Django matched."""
    if isinstance(request, ASGIRequest):
        scope: Any = request.scope
        scope["route"] = Route(template(route))
    else:
        request.META[ROUTE] = template(route)


@lru_cache(maxsize=1024)
def template(route: str) -> str:
    """A route as OpenAPI writes it: `/api/v1/notes/{id}`; the admin has regular expressions."""
    return _VARIABLE.sub(r"{\1}", simplify_regex(route))
