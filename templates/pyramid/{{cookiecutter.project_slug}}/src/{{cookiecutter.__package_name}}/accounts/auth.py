"""Who makes a request, by its token, and what they may do."""

from pyramid.authorization import ACLHelper, Authenticated, Everyone
from pyramid.config import Configurator
from pyramid.request import RequestLocalCache
from pyramid.security import Allowed, Denied

from ..infrastructure.errors import Forbidden, Unauthorized
from . import use_cases
from .request import Request
from .use_cases import Caller

# The permission of views that say nothing of one: whoever has an account has it.
USE_ACCOUNT = "use_account"
# That of views for administrators.
ADMINISTRATE = "administrate"


def includeme(config: Configurator) -> None:
    """Let nobody in by mistake: a view that says nothing of permissions needs an account."""
    config.set_security_policy(TokenPolicy())
    config.set_default_permission(USE_ACCOUNT)


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

    def permits(
        self, request: Request, context: object, permission: str
    ) -> Allowed | Denied | bool:
        """Whether there is an account, or an administrator's; for other permissions the ACLs of the
        context decide.
        """
        caller = self.identity(request)
        if permission == USE_ACCOUNT:
            return caller is not None
        if permission == ADMINISTRATE:
            return caller is not None and _may_administrate(caller)
        userid = self.authenticated_userid(request)
        principals = [Everyone] if userid is None else [Everyone, Authenticated, f"user:{userid}"]
        allowed: Allowed | Denied = self._acl.permits(context, principals, permission)
        return allowed

    def remember(self, request: Request, userid: str, **_options: object) -> list[tuple[str, str]]:
        """No headers: it is for the client to keep its token."""
        return []

    def forget(self, request: Request, **_options: object) -> list[tuple[str, str]]:
        """No headers: `DELETE /api/v1/tokens/current` makes a token worthless."""
        return []


def _may_administrate(caller: Caller) -> bool | Denied:
    try:
        use_cases.check_admin(caller)
    except Forbidden as error:
        return Denied(str(error))
    return True


def _identify(request: Request) -> Caller | None:
    try:
        return use_cases.identify(request.services.database, request.access_token)
    except Unauthorized:
        return None
