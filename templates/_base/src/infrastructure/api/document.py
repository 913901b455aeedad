"""The OpenAPI document as a client of a service gets it."""

import orjson


def below(prefix: str, document: bytes) -> bytes:
    """The OpenAPI document of a service whose addresses begin with a prefix, if they do."""
    if not prefix:
        return document
    servers = [{"url": prefix}]
    return orjson.dumps(orjson.loads(document) | {"servers": servers}, option=orjson.OPT_INDENT_2)
