"""A small ordinary endpoint, as a feature of a project."""

from django.http import HttpRequest
from ninja import Router, Schema

router = Router()


class Small(Schema):
    """A small answer."""

    hello: str


@router.get("/small", auth=None, response=Small)
def small(request: HttpRequest) -> Small:
    """Answer."""
    return Small(hello="world")
