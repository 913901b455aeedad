"""The request as the views get it."""

from typing import Any, TypeVar

import pyramid.request
from pydantic import TypeAdapter
from pyramid.decorator import reify

from .. import inputs
from ..accounts import Caller
from ..services import Services

Model = TypeVar("Model")


class Request(pyramid.request.Request):
    """A subclass, which unlike what `add_request_method` adds has types, and costs nothing."""

    # What Pyramid's router adds; it starts as None.
    matchdict: Any
    matched_route: Any

    @property
    def services(self) -> Services:
        """The services of the application."""
        found: Services = self.registry["services"]
        return found

    @reify
    def access_token(self) -> str:
        """The bearer token, whatever it is worth; raises Unauthorized for none."""
        return inputs.access_token(self.environ.get("HTTP_AUTHORIZATION"))

    @property
    def caller(self) -> Caller:
        """Who makes the request, in a view whose permission only somebody known has."""
        caller: Caller = self.identity
        return caller

    def read_json(self, adapter: TypeAdapter[Model], *media_types: str) -> Model:
        """The body, read strictly; raises InputError.

        media_types: what it may be beside `application/json`.
        """
        inputs.check_media_type(self.environ.get("CONTENT_TYPE"), inputs.JSON, *media_types)
        # `body` would copy it to a file first, and not know that of a client that left midway.
        return inputs.read_body(adapter, self.body_file_raw.read())

    def read_query(self, adapter: TypeAdapter[Model]) -> Model:
        """The parameters of the query; raises InputError."""
        try:
            parameters = self.GET
        except UnicodeDecodeError as error:
            raise inputs.InputError(detail="The query is not UTF-8.") from error
        return inputs.read_query(adapter, parameters)
