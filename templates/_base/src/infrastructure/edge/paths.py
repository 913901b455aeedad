"""Paths, as clients may write them."""

import re

# What means the same whether it is escaped or not (RFC 3986, 6.2.2.2): letters, digits and `-._~`.
_NEEDLESS = re.compile(r"%(?:3\d|[46][1-9a-f]|[57][\da]|2[de]|5f|7e)", re.ASCII | re.IGNORECASE)


def plain_path(path: str) -> str:
    """A path that is matched as it was sent, without escapes of what needs none."""
    return _NEEDLESS.sub(lambda escape: chr(int(escape[0][1:], 16)), path) if "%" in path else path
