"""The tree of resources that paths are traversed by, each with who may do what with it.

Routes go first; what matches none is looked up here: `/api/v1/tasks/{id}` is
`root["api"]["v1"]["tasks"]["{id}"]`.
"""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias
from uuid import UUID

from pydantic import TypeAdapter
from pyramid.authorization import Allow, Authenticated, Everyone
from pyramid.config import Configurator
from pyramid.decorator import reify
from pyramid.interfaces import VH_ROOT_KEY

from .. import tasks
from ..schemas import PathId
from ..tasks import TaskRow
from .request import Request

Acl: TypeAlias = tuple[tuple[str, str, tuple[str, ...]], ...]

# Traversal would take `/a//./b/@@` for `/a/b`.
_PLAIN_PATH = re.compile(r"/|(?:/(?!\.{1,2}(?:/|\Z)|@@)[^/]+)+")

_id = TypeAdapter[UUID | None](PathId)


class Branch:
    """A part of a path that is nothing by itself, with what lies below it."""

    def __init__(
        self, request: Request, name: str, parent: "Branch | None", below: Mapping[str, Any]
    ) -> None:
        self.request = request
        self.__name__ = name
        self.__parent__ = parent
        self._below = below

    def __getitem__(self, name: str) -> Any:
        """The resource of that name; raises KeyError."""
        below = self._below[name]
        if isinstance(below, Mapping):
            return Branch(self.request, name, self, below)
        return below(self.request, name, self)


class Root(Branch):
    """What a path begins at; the context of the views that have a route."""

    __acl__: Acl = ((Allow, Authenticated, ("use_account",)),)

    def __init__(self, request: Request) -> None:
        # By this header, Pyramid lets whoever sends it choose where traversal begins.
        request.environ.pop(VH_ROOT_KEY, None)
        has_resource = not request.matched_route and _PLAIN_PATH.fullmatch(request.path_info)
        super().__init__(request, "", None, TREE if has_resource else {})


class Tasks:
    """The tasks of the caller."""

    route = "/api/v1/tasks"
    __acl__: Acl = ((Allow, Authenticated, ("list", "add")),)

    def __init__(self, request: Request, name: str, parent: Branch) -> None:
        self.request = request
        self.__name__ = name
        self.__parent__ = parent

    def __getitem__(self, name: str) -> "Task":
        """Whatever is asked for: that there is no such task is told to those only who may ask."""
        return Task(self.request, name, self)


class Task:
    """One of them; its name is its id."""

    route = "/api/v1/tasks/{id}"

    def __init__(self, request: Request, name: str, parent: Tasks) -> None:
        self.request = request
        self.__name__ = name
        self.__parent__ = parent

    def __acl__(self) -> Acl:
        """To find the row takes a token of its owner: who gets that far may do all with it.

        So it takes one query to know both, not two. Raises Unauthorized and NotFound.
        """
        _ = self.row
        return ((Allow, Everyone, ("read", "change", "delete")),)

    @reify
    def id(self) -> UUID | None:
        """None for what is no UUID, which no task has."""
        return _id.validate_python(self.__name__)

    @reify
    def row(self) -> TaskRow:
        """What the database knows of it."""
        request = self.request
        return tasks.get(request.services.database, request.access_token, self.id)


TREE: Mapping[str, Any] = {"api": {"v1": {"tasks": Tasks}}}


def includeme(config: Configurator) -> None:
    """Traverse this tree."""
    config.set_root_factory(Root)
