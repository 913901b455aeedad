"""Tools: what controllers ask for by decorators or by configuration."""

from functools import cache
from typing import Any

import cherrypy
import orjson
from pydantic import BaseModel, TypeAdapter

from ..security.csrf import check_token
from . import inputs
from .errors import telling
from .inputs import JSON, MERGE_PATCH
from .pages import wrap_handler


@telling
def read_json(kind: Any) -> None:
    """Read the body strictly, to `cherrypy.request.json`: the Tool `body`.

    kind: the type of pydantic that it has to be.
    """
    request = cherrypy.serving.request
    patches = (MERGE_PATCH,) if request.method == "PATCH" else ()
    inputs.check_media_type(request.headers.get("Content-Type"), JSON, *patches)
    request.json = inputs.read_body(_adapter(kind), request.rfile.read())


@telling
def read_query(kind: Any) -> None:
    """Read the query strictly, to `cherrypy.request.query`: the Tool `query`.

    kind: the type of pydantic that it has to be.
    """
    request = cherrypy.serving.request
    request.query = inputs.read_query(_adapter(kind), request.query_string)


def write_json(*args: Any, **kwargs: Any) -> bytes:
    """Write what a handler returns: the handler of CherryPy's own Tool `json_out`."""
    request = cherrypy.serving.request
    value = request._json_inner_handler(*args, **kwargs)
    if isinstance(value, BaseModel):
        return value.model_dump_json().encode()
    if value is not None:
        return orjson.dumps(value)
    response = cherrypy.serving.response
    response.status = 204
    del response.headers["Content-Type"]
    return b""


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


# Known to controllers by these names, and to the configuration as `tools.body` and so on.
body = cherrypy.tools.body = cherrypy.Tool("before_request_body", read_json, priority=60)
query = cherrypy.tools.query = cherrypy.Tool("before_request_body", read_query)
page = cherrypy.tools.page = cherrypy.Tool("before_handler", wrap_handler, priority=60)
csrf = cherrypy.tools.csrf = cherrypy.Tool("before_handler", check_token, priority=55)
