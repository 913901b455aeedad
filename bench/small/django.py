"""A small ordinary endpoint, as a feature of a project."""

from django.http import HttpRequest
from ninja import Router

router = Router()


@router.get("/small", auth=None)
def small(request: HttpRequest) -> dict[str, str]:
    """Answer."""
    return {"hello": "world"}
