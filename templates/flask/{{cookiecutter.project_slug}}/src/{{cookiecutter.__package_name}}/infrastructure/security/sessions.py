"""Sessions in signed cookies, which cost nothing where nobody uses them."""

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin


class FrugalSessions(SecureCookieSessionInterface):
    """Flask's own sessions: it prepares to check and to sign a cookie for each request.

    That is a fifth of the time that a small request takes, and this API uses no session.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Without a cookie there is nothing to check."""
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Of a session that is empty and was not looked at, there is nothing to say."""
        if session or session.modified or session.accessed:
            super().save_session(app, session, response)
