"""Who makes a request."""

from bottle import request

from ..infrastructure.api.inputs import access_token
from ..infrastructure.database.access import Database
from . import use_cases
from .use_cases import Caller


def identify(database: Database) -> Caller:
    """Who makes the request, and by which token; raises Unauthorized."""
    # `request.get_header` fails where it is not UTF-8.
    token = access_token(request.environ.get("HTTP_AUTHORIZATION"))
    return use_cases.identify(database, token)
