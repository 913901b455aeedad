"""A small ordinary endpoint, as a feature of a project."""

from sanic import Blueprint, HTTPResponse, Request, json

blueprint = Blueprint("small", url_prefix="/api/v1")


@blueprint.get("/small")
async def small(_request: Request) -> HTTPResponse:
    """Answer."""
    return json({"hello": "world"})
