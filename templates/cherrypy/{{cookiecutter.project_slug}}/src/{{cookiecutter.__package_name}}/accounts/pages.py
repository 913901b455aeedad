"""The page of one's account: signed in by a form, remembered by a session on the server."""

from typing import Any

import cherrypy
from pydantic import ValidationError

from ..infrastructure.api import tools
from ..infrastructure.api.pages import FORM_POLICY
from ..infrastructure.api.problems import answer_to
from ..infrastructure.errors import TooManyAttempts, Unauthorized
from ..infrastructure.security import csrf
from .controllers import sign_in
from .schemas import SignIn
from .use_cases import Caller, digest, find_caller, revoke

TEMPLATE = "accounts/templates/account.html"
# What the session knows of who is signed in: the digest of an access token, which opens nothing.
DIGEST = "digest"


class Account:
    """Pages, so they are found by CherryPy's default dispatcher; the API has one of its own."""

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET"])
    @tools.page(template=TEMPLATE, policy=FORM_POLICY)
    def index(self) -> dict[str, Any]:
        """Who is signed in, or a form to do so."""
        return _page(caller=self._caller())

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET", "POST"])
    @tools.csrf(page="/account")
    @tools.page(template=TEMPLATE, policy=FORM_POLICY)
    def sign_in(self, email: str = "", password: str = "") -> dict[str, Any]:
        """Sign in; failures are counted together with those of the API."""
        try:
            token = sign_in(SignIn(email=email, password=password))
        except ValidationError:
            return _refuse(Unauthorized("The e-mail address or the password is wrong."), email)
        except (Unauthorized, TooManyAttempts) as error:
            return _refuse(error, email)
        _begin_session()
        cherrypy.session[DIGEST] = digest(token.access_token).hex()
        raise cherrypy.HTTPRedirect(cherrypy.url("/account"), 303)

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET", "POST"])
    @tools.csrf(page="/account")
    def sign_out(self) -> None:
        """Sign out."""
        if caller := self._caller():
            revoke(cherrypy.request.services.database, caller.token_digest)
            _begin_session()
        raise cherrypy.HTTPRedirect(cherrypy.url("/account"), 303)

    def _caller(self) -> Caller | None:
        token = None if cherrypy.session.is_new else cherrypy.session.get(DIGEST)
        if token is None:
            return None
        try:
            return find_caller(cherrypy.request.services.database, bytes.fromhex(token))
        except Unauthorized:
            return None


def _begin_session() -> None:
    """Start with nothing, under another id: nobody else knows that one."""
    cherrypy.session.clear()
    cherrypy.session.regenerate()


def _page(caller: Caller | None = None, error: str = "", email: str = "") -> dict[str, Any]:
    return {"caller": caller, "error": error, "email": email, csrf.FIELD: csrf.token()}


def _refuse(error: Unauthorized | TooManyAttempts, email: str) -> dict[str, Any]:
    cherrypy.response.status, headers, _ = answer_to(error)
    cherrypy.response.headers.update(headers)
    return _page(error=str(error), email=email)
