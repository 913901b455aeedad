"""The OpenAPI document as a client of a service gets it."""

import re
from typing import Any

import orjson


def below(prefix: str, document: bytes) -> bytes:
    """The OpenAPI document of a service whose addresses begin with a prefix, if they do."""
    if not prefix:
        return document
    servers = [{"url": prefix}]
    return orjson.dumps(orjson.loads(document) | {"servers": servers}, option=orjson.OPT_INDENT_2)


def with_distinct_ids(document: dict[str, Any]) -> dict[str, Any]:
    """The document, whose operations are named after functions: of several with one name, as they
    have it where something is added twice, all but the first have their paths in it.
    """
    known: set[str] = set()
    for path, operations in sorted(document["paths"].items()):
        for method, operation in sorted(operations.items()):
            name = operation["operationId"]
            if name in known:
                operation["operationId"] = re.sub(r"\W", "_", f"{name}{path}_{method}")
            known.add(name)
    return document
