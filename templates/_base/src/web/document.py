"""The OpenAPI document: what the features say of their operations."""

from ..features import modules
from ..infrastructure.api import openapi


def openapi_document() -> bytes:
    """The document as JSON."""
    return openapi.openapi_document(
        tuple(each for module in modules("operations") for each in module.OPERATIONS)
    )
