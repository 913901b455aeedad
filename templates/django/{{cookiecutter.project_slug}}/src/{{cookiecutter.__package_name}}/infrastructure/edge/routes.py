"""Which route a request matched: what metrics, logs and traces call it by."""

import re
from functools import lru_cache

from django.contrib.admindocs.views import simplify_regex

_VARIABLE = re.compile(r"<(?:[^<>:]+:)?([^<>]+)>")


@lru_cache(maxsize=1024)
def template(route: str) -> str:
    """A route as OpenAPI writes it: `/api/v1/notes/{id}`; the admin has regular expressions."""
    return _VARIABLE.sub(r"{\1}", simplify_regex(route))
