"""A small ordinary endpoint, as a feature of a project."""

from fastapi import APIRouter
from pydantic import BaseModel

router = APIRouter(prefix="/api/v1")


class Small(BaseModel):
    """A small answer."""

    hello: str


@router.get("/small")
async def small() -> Small:
    """Answer."""
    return Small(hello="world")
