"""Forms of other sites can't be sent in the name of somebody who is signed in here."""

import hmac
import secrets
from typing import Any

import cherrypy

from ..api.errors import Problem
from . import cookies

FIELD = "csrf_token"


def token() -> str:
    """The token of the browser, which each form of ours brings back.

    It is in a cookie, which other sites can neither read nor send: of who only looks at a form,
    nothing is kept here.
    """
    made = cookies.given(FIELD) or secrets.token_urlsafe(32)
    cookies.keep(FIELD, made)
    return made


def check_token(page: str) -> None:
    """Refuse a form without the browser's token: the Tool `csrf`.

    page: where the form is; whoever comes otherwise, as by the address bar, is led there.
    """
    if cherrypy.request.method != "POST":
        raise cherrypy.HTTPRedirect(cherrypy.url(page), 303)
    sent: Any = cherrypy.request.params.pop(FIELD, "")
    expected = cookies.given(FIELD)
    # A field that was sent twice is a list.
    if not expected or not hmac.compare_digest(str(sent).encode(), expected.encode()):
        raise Problem(403, detail="This form is not, or no longer, yours; load the page anew.")
