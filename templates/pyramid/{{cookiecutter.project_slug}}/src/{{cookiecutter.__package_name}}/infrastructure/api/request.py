"""What a request brings, read strictly, and the response that a view may change."""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID
from wsgiref.types import StartResponse, WSGIEnvironment

import pyramid.request
import pyramid.response
from pydantic import TypeAdapter
from pyramid.decorator import reify

from . import inputs
from .fields import path_id

Model = TypeVar("Model")


def _refusing(name: str) -> Any:
    """What Pyramid reads of a request by that name; what can't be read is the client's mistake."""
    given: Any = getattr(pyramid.request.Request, name)

    def read(request: pyramid.request.Request) -> Any:
        try:
            return given.fget(request)
        # Not UTF-8, no JSON, or parts without a boundary; RecursionError for JSON without an end,
        # LookupError for an unknown charset, and DeprecationWarning, which WebOb raises, for a form
        # in any but UTF-8.
        except (ValueError, RecursionError, LookupError, DeprecationWarning) as error:
            raise inputs.Malformed from error

    return property(read, given.fset, given.fdel)


class Request(pyramid.request.Request):
    """Pyramid's, which reads no more of a body than it may."""

    GET, POST, json_body = map(_refusing, ("GET", "POST", "json_body"))

    # What Pyramid's router adds; it starts as None.
    matchdict: Any
    matched_route: Any
    # Of a view that says `body=` or `query=`: what was sent, as that type.
    validated_body: Any
    validated_query: Any

    @reify
    def access_token(self) -> str:
        """The bearer token, whatever it is worth; raises Unauthorized for none."""
        return inputs.access_token(self.environ.get("HTTP_AUTHORIZATION"))

    @reify
    def path_id(self) -> UUID | None:
        """The `{id}` of the route; None for what is no UUID, which nothing has."""
        return path_id(self.matchdict["id"])

    def read_json(self, adapter: TypeAdapter[Model]) -> Model:
        """The body, read strictly; raises DomainError."""
        patches = (inputs.MERGE_PATCH,) if self.method == "PATCH" else ()
        inputs.check_media_type(self.environ.get("CONTENT_TYPE"), inputs.JSON, *patches)
        # `body` would copy it to a file first, and not know that of a client that left midway.
        return inputs.read_body(adapter, self.body_file_raw.read())

    def read_query(self, adapter: TypeAdapter[Model]) -> Model:
        """The parameters of the query; raises InvalidInput."""
        return inputs.read_query(adapter, self.query_string)


class Response(pyramid.response.Response):
    """A response that is sent as it was made."""

    default_charset = "utf-8"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Send it: WebOb would make `Location` absolute, by a Host that the client made up."""
        if self.conditional_response:
            return self.conditional_response_app(environ, start_response)
        start_response(self.status, self.headerlist)
        return self.app_iter
