"""The operations of the API, as the tree of controllers says them, for the OpenAPI document."""

from collections.abc import Iterator
from inspect import getmembers
from typing import Any, get_type_hints

import cherrypy

from ..observability.metrics import METHODS
from .openapi import Operation, summary_of

# More than a node takes of a path.
MOST_PARTS = 10


def operation(name: str, *, status: int | None = None, problems: tuple[int, ...] = ()) -> Any:
    """Say of a method how the document calls it, and of what status its answer is.

    problems: the statuses of errors that do not follow from the rest.
    """
    config: dict[str, Any] = {"operation.name": name, "operation.problems": problems}
    return cherrypy.config(**config | ({"response.status": status} if status else {}))


def operations(node: object, path: str) -> Iterator[Operation]:
    """Those of a node of the tree, and of what is below it."""
    for name, found in getmembers(node):
        if name in METHODS:
            yield _operation(node, found, path)
        elif not name.startswith("_") and getattr(found, "exposed", False):
            yield from operations(found, f"{path}/{name}")
    if hasattr(node, "_cp_dispatch"):
        # That of `popargs` notes in the request how it calls the parts of the path that it takes.
        request = cherrypy.serving.request
        kept, request.params = request.params, {}
        found = node._cp_dispatch(["part"] * MOST_PARTS)
        names, request.params = request.params, kept
        if found is not node:
            yield from operations(found, path + "".join("/{" + name + "}" for name in names))


def _operation(node: object, method: Any, path: str) -> Operation:
    """What a method says by its signature, and by its Tools."""
    config = {**getattr(node, "_cp_config", {}), **getattr(method, "_cp_config", {})}
    output = get_type_hints(method).get("return")
    is_empty = output is type(None)
    verb = method.__name__.lower()
    return Operation(
        path,
        verb,
        name=config.get("operation.name", f"{verb}_{type(node).__name__.lower()}"),
        summary=summary_of(method),
        status=config.get("response.status", 204 if is_empty else 200),
        output=None if is_empty else output,
        problems=config.get("operation.problems", ()),
        body=config.get("tools.body.kind"),
        query=config.get("tools.query.kind"),
        is_public=not config.get("tools.token.on"),
    )
