"""A small ordinary endpoint, as a feature of a project."""

from flask import Blueprint

blueprint = Blueprint("small", __name__, url_prefix="/api/v1")


@blueprint.get("/small")
def small() -> dict[str, str]:
    """Answer."""
    return {"hello": "world"}
