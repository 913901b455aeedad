"""Forms of other sites can't be sent in the name of somebody who is signed in here."""

import hmac
import secrets
from typing import Any

import cherrypy

from ..api.errors import Problem

FIELD = "csrf_token"


def token() -> str:
    """The token of the browser, which each form of ours brings back.

    It is in a cookie, which other sites can neither read nor send: of who only looks at a form,
    nothing is kept here.
    """
    config, cookie = cherrypy.request.config, cherrypy.response.cookie
    made = _given() or secrets.token_urlsafe(32)
    cookie[_name()] = made
    cookie[_name()].update(
        {
            "path": "/",
            "httponly": True,
            "samesite": "Lax",
            "secure": config["tools.sessions.secure"],
        }
    )
    return made


def check_token(page: str) -> None:
    """Refuse a form without the browser's token: the Tool `csrf`.

    page: where the form is; whoever comes otherwise, as by the address bar, is led there.
    """
    if cherrypy.request.method != "POST":
        raise cherrypy.HTTPRedirect(cherrypy.url(page), 303)
    sent: Any = cherrypy.request.params.pop(FIELD, "")
    expected = _given()
    # A field that was sent twice is a list.
    if not expected or not hmac.compare_digest(str(sent).encode(), expected.encode()):
        raise Problem(403, detail="This form is not, or no longer, yours; load the page anew.")


def _given() -> str:
    cookie = cherrypy.request.cookie.get(_name())
    return cookie.value if cookie else ""


def _name() -> str:
    """Begins as the session's cookie does: no other host can set one in production."""
    return f"{cherrypy.request.config['tools.sessions.name']}_csrf"
