"""The OpenAPI document: what the features say of their operations."""

from importlib import import_module

from ..features import FEATURES
from ..infrastructure.api import openapi


def openapi_document() -> bytes:
    """The document as JSON."""
    modules = (import_module(f"..{feature}.operations", __package__) for feature in FEATURES)
    return openapi.openapi_document(
        tuple(operation for module in modules for operation in module.OPERATIONS)
    )
