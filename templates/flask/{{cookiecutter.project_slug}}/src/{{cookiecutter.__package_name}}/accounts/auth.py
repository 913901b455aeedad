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


def caller() -> Caller:
    """Who makes this request, and by which token."""
    found: Caller = g.caller
    return found
