"""Who calls the API: by their access token."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from ..accounts.use_cases import Caller, identify


class CallerRequest(HttpRequest):
    """A request whose caller is known."""

    auth: Caller


class TokenRequest(HttpRequest):
    """A request with an access token, whatever it is worth."""

    auth: str


class AccessToken(HttpBearer):
    """Wants a token, and leaves to the view what it is worth."""

    def authenticate(self, request: HttpRequest, token: str) -> str:
        """The token."""
        return token


class SignedIn(HttpBearer):
    """Wants a token that is somebody's."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """The caller; raises Unauthorized."""
        # A client that stalls in the middle of a body must not hold a connection of the database.
        _ = request.body
        return identify(token) if token else None
