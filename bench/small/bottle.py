"""A small ordinary endpoint, as a feature of a project."""

from bottle import Bottle

app = Bottle()


@app.get("/small", public=True)
def small() -> dict[str, str]:
    """Answer."""
    return {"hello": "world"}
