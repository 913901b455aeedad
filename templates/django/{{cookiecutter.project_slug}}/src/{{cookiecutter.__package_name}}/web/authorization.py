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


class SignedIn(HttpBearer):
    """Wants a token that is somebody's.

    by_view: the view finds out whose, as it looks for something else.
    """

    def __init__(self, *, by_view: bool = False) -> None:
        super().__init__()
        self._by_view = by_view

    def __call__(self, request: HttpRequest) -> Caller | str | None:
        """What `authenticate` says of the token; None where there is none."""
        # Django Ninja's own logs a header that it does not understand, with the token in it.
        scheme, _, token = request.headers.get(self.header, "").partition(" ")
        if scheme.lower() != self.openapi_scheme or not token:
            return None
        return self.authenticate(request, token)

    def authenticate(self, request: HttpRequest, token: str) -> Caller | str:
        """The caller, or the token as it is; raises Unauthorized."""
        if self._by_view:
            return token
        # A client that stalls in the middle of a body must not hold a connection of the database.
        _ = request.body
        return identify(token)
