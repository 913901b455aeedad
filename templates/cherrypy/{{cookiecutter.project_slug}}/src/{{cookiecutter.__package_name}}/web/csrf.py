"""Forms of other sites can't be sent in the name of somebody who is signed in here."""

import hmac
import secrets
from typing import Any

import cherrypy

from .errors import Problem

FIELD = "csrf_token"


def token() -> str:
    """The token of the session, which each form of ours brings back."""
    made: str = cherrypy.session.setdefault(FIELD, secrets.token_urlsafe(32))
    return made


def check_token() -> None:
    """Refuse a form without the session's token: the Tool `csrf`."""
    sent: Any = cherrypy.request.params.pop(FIELD, "")
    expected = cherrypy.session.get(FIELD, "")
    # A field that was sent twice is a list.
    if not expected or not hmac.compare_digest(str(sent).encode(), expected.encode()):
        raise Problem(403, detail="This form is not, or no longer, yours; load the page anew.")
