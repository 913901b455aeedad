"""Who makes a request: by their access token."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from .use_cases import Caller, identify


class CallerRequest(HttpRequest):
    """A request whose caller is known."""

    auth: Caller


class SignedIn(HttpBearer):
    """Wants a token that is somebody's."""

    def __call__(self, request: HttpRequest) -> Caller | None:
        """Whose token it is; None where there is none."""
        # Django Ninja's own logs a header that it does not understand, with the token in it.
        scheme, _, token = request.headers.get(self.header, "").partition(" ")
        if scheme.lower() != self.openapi_scheme or not token:
            return None
        return self.authenticate(request, token)

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Whose token it is; raises Unauthorized."""
        # A client that stalls in the middle of a body must not hold a connection of the database.
        _ = request.body
        return identify(token)
