"""What a request brings, read strictly."""

from typing import Any, TypeVar

import pyramid.request
from pydantic import TypeAdapter
from pyramid.decorator import reify

from . import inputs

Model = TypeVar("Model")


class Request(pyramid.request.Request):
    """Pyramid's, which reads no more of a body than it may."""

    # What Pyramid's router adds; it starts as None.
    matchdict: Any
    matched_route: Any

    @reify
    def access_token(self) -> str:
        """The bearer token, whatever it is worth; raises Unauthorized for none."""
        return inputs.access_token(self.environ.get("HTTP_AUTHORIZATION"))

    def read_json(self, adapter: TypeAdapter[Model], *media_types: str) -> Model:
        """The body, read strictly; raises InputError.

        media_types: what it may be beside `application/json`.
        """
        inputs.check_media_type(self.environ.get("CONTENT_TYPE"), inputs.JSON, *media_types)
        # `body` would copy it to a file first, and not know that of a client that left midway.
        return inputs.read_body(adapter, self.body_file_raw.read())

    def read_query(self, adapter: TypeAdapter[Model]) -> Model:
        """The parameters of the query; raises InputError."""
        return inputs.read_query(adapter, self.query_string)
