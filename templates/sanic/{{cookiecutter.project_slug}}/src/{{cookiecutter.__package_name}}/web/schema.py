"""The OpenAPI document."""

from .. import openapi
from ..export import MEDIA_TYPE
from ..openapi import OPERATIONS, Operation
from ..schemas import TaskOutput

_EXPORT = Operation(
    *(
        "/api/v1/tasks/export",
        "get",
        "export_tasks",
        "All of your tasks, one a line",
        200,
        TaskOutput,
    ),
    problems=(401, 503),
    output_type=MEDIA_TYPE,
)


def openapi_document() -> bytes:
    """The document as JSON, with the operation that only this service has."""
    return openapi.openapi_document((*OPERATIONS, _EXPORT))
