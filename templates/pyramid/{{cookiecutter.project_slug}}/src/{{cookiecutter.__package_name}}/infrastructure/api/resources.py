"""The tree of resources that paths are traversed by, each with who may do what with it.

Routes go first; what matches none is looked up here: `/api/v1/notes/{id}` is
`root["api"]["v1"]["notes"]["{id}"]`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from pyramid.authorization import Allow, Authenticated
from pyramid.config import Configurator
from pyramid.interfaces import VH_ROOT_KEY
from pyramid.registry import Registry

from .request import Request

Acl: TypeAlias = tuple[tuple[str, str, tuple[str, ...]], ...]

# Makes a resource of the request, the name and what it lies in.
Resource: TypeAlias = Callable[[Any, str, Any], object]

# Traversal would take `/a//./b/@@` for `/a/b`.
_PLAIN_PATH = re.compile(r"/|(?:/(?!\.{1,2}(?:/|\Z)|@@)[^/]+)+")


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
        super().__init__(request, "", None, _tree(request.registry) if has_resource else {})


def includeme(config: Configurator) -> None:
    """Traverse the tree that features make, by `config.add_resource` in their `includeme`."""
    config.set_root_factory(Root)
    config.add_directive("add_resource", _add_resource)


def _add_resource(config: Configurator, path: str, resource: Resource) -> None:
    """Have a path traversed to a resource; that two features claim one is told by Pyramid."""
    config.action(("resource", path), _grow, (config.registry, path, resource))


def _grow(registry: Registry, path: str, resource: Resource) -> None:
    *above, name = path.strip("/").split("/")
    below = _tree(registry)
    for part in above:
        below = below.setdefault(part, {})
    below[name] = resource


def _tree(registry: Registry) -> dict[str, Any]:
    tree: dict[str, Any] = registry.setdefault("tree", {})
    return tree
