"""Routes: what their variables are, and what they are called in metrics and logs."""

import re
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from werkzeug.routing import BaseConverter, Rule

from ..schemas import PathId

_VARIABLE = re.compile(r"<(?:[^<>:]+:)?([^<>]+)>")
_id = TypeAdapter[UUID | None](PathId)


class TemplateRule(Rule):
    """A route that has its template as OpenAPI writes it: `/api/v1/tasks/{id}`."""

    def __init__(self, string: str, *args: Any, **options: Any) -> None:
        super().__init__(string, *args, **options)
        self.template = _VARIABLE.sub(r"{\1}", string)


class LenientUUIDConverter(BaseConverter):
    """Takes any text, and gives None for what is no UUID, which is the id of nothing.

    Werkzeug's own would say 404 to those, too, who have to be told 401 first.
    """

    def to_python(self, value: str) -> UUID | None:
        """What the view gets."""
        return _id.validate_python(value)
