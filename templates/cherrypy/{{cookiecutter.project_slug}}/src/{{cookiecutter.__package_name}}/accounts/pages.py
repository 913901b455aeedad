"""The page of one's account: signed in by a form, remembered by a cookie."""

from collections.abc import Sequence
from typing import Any

import cherrypy
from pydantic import ValidationError

from ..infrastructure.api import tools
from ..infrastructure.api.problems import answer_to
from ..infrastructure.edge.policy import FORM_POLICY
from ..infrastructure.errors import DomainError, Invalid, TooManyAttempts, Unauthorized
from ..infrastructure.security import cookies, csrf
from .controllers import change_password, sign_in
from .form_pages import Forms
from .forms import mistakes, valid
from .schemas import PasswordChange, SignIn
from .use_cases import Caller, identify, revoke, revoke_all

TEMPLATE = "accounts/templates/account.html"
# The cookie that has the access token of who is signed in.
COOKIE = "access_token"
WRONG = "The e-mail address or the password is wrong."


class Account(Forms):
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
            return _refuse(Unauthorized(WRONG), email=email)
        except (Unauthorized, TooManyAttempts) as error:
            return _refuse(error, email=email)
        cookies.keep(COOKIE, token.access_token)
        raise _to_account()

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET", "POST"])
    @tools.csrf(page="/account")
    def sign_out(self) -> None:
        """Sign out."""
        if caller := self._caller():
            revoke(cherrypy.request.services.database, caller.token_digest)
            cookies.keep(COOKIE, "")
        raise _to_account()

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET", "POST"])
    @tools.csrf(page="/account")
    def sign_out_everywhere(self) -> None:
        """Sign out here, and wherever else one is signed in."""
        if caller := self._caller():
            revoke_all(cherrypy.request.services.database, caller.id)
            cookies.keep(COOKIE, "")
        raise _to_account()

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["GET", "POST"])
    @tools.csrf(page="/account")
    @tools.page(template=TEMPLATE, policy=FORM_POLICY)
    def change_password(self, current_password: str = "", new_password: str = "") -> dict[str, Any]:
        """Change the password, and sign out wherever else one is signed in."""
        caller = self._caller()
        if caller is None:
            raise _to_account()
        given = {"current_password": current_password, "new_password": new_password}
        try:
            change_password(caller, valid(PasswordChange, given))
        except (Invalid, TooManyAttempts) as error:
            return _refuse(error, caller=caller)
        return _page(caller=caller, done="Your password is changed.")

    def _caller(self) -> Caller | None:
        token = cookies.given(COOKIE)
        try:
            return identify(cherrypy.request.services.database, token) if token else None
        except Unauthorized:
            return None


def _to_account() -> Exception:
    redirect: Exception = cherrypy.HTTPRedirect(cherrypy.url("/account"), 303)
    return redirect


def _page(
    *, caller: Caller | None = None, errors: Sequence[str] = (), email: str = "", done: str = ""
) -> dict[str, Any]:
    """What the template shows: who is signed in, and how it went what a form was sent for."""
    shown = {"caller": caller, "errors": errors, "email": email, "done": done}
    return shown | {csrf.FIELD: csrf.token()}


def _refuse(error: DomainError, *, caller: Caller | None = None, email: str = "") -> dict[str, Any]:
    cherrypy.response.status, headers, _ = answer_to(error)
    cherrypy.response.headers.update(headers)
    return _page(caller=caller, errors=mistakes(error), email=email)
