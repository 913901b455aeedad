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


def identify_admin(database: Database) -> Caller:
    """Which administrator makes the request; raises Forbidden as well."""
    admin = identify(database)
    use_cases.check_admin(admin)
    return admin


def client() -> str:
    """The address that the request came from."""
    # Not `request.remote_addr`, which believes every `X-Forwarded-For`.
    address: str = request.environ["REMOTE_ADDR"]
    return address
