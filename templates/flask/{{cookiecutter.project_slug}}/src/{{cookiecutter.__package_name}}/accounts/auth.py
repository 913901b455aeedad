"""Who makes a request."""

from flask import g, request

from ..infrastructure.api.inputs import access_token
from ..services import services
from . import use_cases
from .use_cases import Caller


def authenticate() -> None:
    """What a blueprint does before its views; raises Unauthorized."""
    token = access_token(request.headers.get("Authorization"))
    g.caller = use_cases.identify(services().database, token)


def authenticate_admin() -> None:
    """The same for views that are for administrators; raises Forbidden as well."""
    authenticate()
    use_cases.check_admin(caller())


def caller() -> Caller:
    """Who makes this request, and by which token."""
    found: Caller = g.caller
    return found


def client_address() -> str:
    """The address that this request came from."""
    return request.remote_addr or ""
