"""The resources that paths to tasks are traversed to, each with who may do what with it."""

from uuid import UUID

from pydantic import TypeAdapter
from pyramid.authorization import Allow, Authenticated
from pyramid.decorator import reify

from ..accounts.request import Request
from ..infrastructure.api.fields import PathId
from ..infrastructure.api.resources import Acl, Branch

_id = TypeAdapter[UUID | None](PathId)


class Tasks:
    """The tasks of the caller."""

    route = "/api/v1/tasks"
    __acl__: Acl = ((Allow, Authenticated, ("list", "add")),)

    def __init__(self, request: Request, name: str, parent: Branch) -> None:
        self.request = request
        self.__name__ = name
        self.__parent__ = parent

    def __getitem__(self, name: str) -> "Task":
        """Whatever is asked for: only the view knows whether there is such a task."""
        return Task(self.request, name, self)


class Task:
    """One of them; its name is its id. The use cases find only those of the caller."""

    route = "/api/v1/tasks/{id}"
    __acl__: Acl = ((Allow, Authenticated, ("read", "change", "delete")),)

    def __init__(self, request: Request, name: str, parent: Tasks) -> None:
        self.request = request
        self.__name__ = name
        self.__parent__ = parent

    @reify
    def id(self) -> UUID | None:
        """None for what is no UUID, which no task has."""
        return _id.validate_python(self.__name__)
