"""What is large and always the same, compressed once for those who take it so.

CherryPy's own Tools are not for this: `gzip` refuses who takes neither `gzip` nor `identity` by
name, and `caching` keeps that refusal for all others, and each query as if it were another file.
"""

import gzip
import re
from functools import lru_cache

import cherrypy

# A coding and its weight; what is neither says nothing.
_CODING = re.compile(r"\s*([a-z*-]+)\s*(?:;\s*q=(0(?:\.\d*)?|1(?:\.0*)?)\s*)?")


def compressed(content: bytes) -> bytes:
    """The content as the client of the request prefers it; keeps it for the next one."""
    headers = cherrypy.response.headers
    headers["Vary"] = "Accept-Encoding"
    if not prefers_gzip(cherrypy.request.headers.get("Accept-Encoding", "")):
        return content
    headers["Content-Encoding"] = "gzip"
    return _compress(content)


def prefers_gzip(accept_encoding: str) -> bool:
    """Whether that asks for gzip rather than for what is plain, which everybody takes."""
    found = map(_CODING.fullmatch, accept_encoding.lower().split(","))
    weights = {coding[1]: float(coding[2] or 1) for coding in found if coding}
    weight = weights.get("gzip", weights.get("*", 0))
    return 0 < weight >= weights.get("identity", 0)


@lru_cache(maxsize=32)
def _compress(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
