"""Answers that are problems."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from ..observability.logs import request_id
from .problems import MEDIA_TYPE, problem, reference


def respond(
    request: HttpRequest, status: int, *, headers: dict[str, str] | None = None, **members: Any
) -> HttpResponse:
    """An answer that is a problem."""
    instance = reference(request.path)
    body = problem(status, instance=instance, request_id=request_id.get() or "", **members)
    return HttpResponse(orjson.dumps(body), status=status, headers=headers, content_type=MEDIA_TYPE)
