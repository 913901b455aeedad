"""A small ordinary endpoint, as a feature of a project."""

from bottle import Bottle


def add_routes(app: Bottle) -> None:
    """Add the route to the API."""
    app.get("/small", callback=small, public=True)


def small() -> dict[str, str]:
    """Answer."""
    return {"hello": "world"}
