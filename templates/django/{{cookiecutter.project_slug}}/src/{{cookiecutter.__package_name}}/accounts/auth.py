"""Who makes a request: by their access token."""

from collections.abc import Callable

from django.http import HttpRequest
from ninja.security import HttpBearer

from .models import Token, User
from .use_cases import identify


class SignedInRequest(HttpRequest):
    """A request of somebody who has signed in."""

    user: User
    auth: Token


class SignedIn(HttpBearer):
    """Wants a token that is somebody's, who then is the `user` of the request as everywhere.

    checks: what else the user has to be; each raises Forbidden otherwise.
    """

    def __init__(self, *checks: Callable[[User], None]) -> None:
        super().__init__()
        self._checks = checks

    def __call__(self, request: HttpRequest) -> Token | None:
        """The token; None where there is none."""
        # Django Ninja's own logs a header that it does not understand, with the token in it.
        scheme, _, token = request.headers.get(self.header, "").partition(" ")
        if scheme.lower() != self.openapi_scheme or not token:
            return None
        return self.authenticate(request, token)

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        """The token; raises Unauthorized and Forbidden."""
        found = identify(token)
        for check in self._checks:
            check(found.user)
        request.user = found.user
        return found
