"""Who makes a request, by its token, and what they may do, by the ACLs of the resources."""

from pyramid.authorization import ACLHelper, Authenticated, Everyone
from pyramid.config import Configurator
from pyramid.request import RequestLocalCache
from pyramid.security import Allowed, Denied

from ..infrastructure.errors import Unauthorized
from . import use_cases
from .request import Request
from .use_cases import Caller


def includeme(config: Configurator) -> None:
    """Let nobody in by mistake: a view that says nothing of permissions needs an account."""
    config.set_security_policy(TokenPolicy())
    config.set_default_permission("use_account")


class TokenPolicy:
    """Knows people by the bearer tokens that `POST /api/v1/tokens` gives out."""

    def __init__(self) -> None:
        self._callers = RequestLocalCache(_identify)
        self._acl = ACLHelper()

    def identity(self, request: Request) -> Caller | None:
        """Whose token the request has; None where it has none, or a worthless one."""
        found: Caller | None = self._callers.get_or_create(request)
        return found

    def authenticated_userid(self, request: Request) -> str | None:
        """The id of that user."""
        caller = self.identity(request)
        return caller and str(caller.id)

    def permits(self, request: Request, context: object, permission: str) -> Allowed | Denied:
        """Whether the ACLs of the resource, and of what it lies in, allow it."""
        principals = _Principals(self, request)
        allowed: Allowed | Denied = self._acl.permits(context, principals, permission)
        return allowed

    def remember(self, request: Request, userid: str, **_options: object) -> list[tuple[str, str]]:
        """No headers: it is for the client to keep its token."""
        return []

    def forget(self, request: Request, **_options: object) -> list[tuple[str, str]]:
        """No headers: `DELETE /api/v1/tokens/current` makes a token worthless."""
        return []


class _Principals:
    """The principals of a request, which costs a query only where an ACL is about one of them."""

    def __init__(self, policy: TokenPolicy, request: Request) -> None:
        self._policy = policy
        self._request = request

    def __contains__(self, principal: str) -> bool:
        if principal == Everyone:
            return True
        userid = self._policy.authenticated_userid(self._request)
        return userid is not None and principal in (Authenticated, f"user:{userid}")


def _identify(request: Request) -> Caller | None:
    try:
        return use_cases.identify(request.services.database, request.access_token)
    except Unauthorized:
        return None
