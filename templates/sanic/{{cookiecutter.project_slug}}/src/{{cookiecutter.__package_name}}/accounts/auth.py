"""Who makes a request."""

from ..infrastructure.api.inputs import access_token
from ..services import Request
from . import use_cases
from .errors import InvalidToken


async def authenticate(request: Request) -> None:
    """Put who makes the request into `request.ctx.caller`: middleware for a blueprint.

    Raises Unauthorized where nobody has proved that.
    """
    token = access_token(request.header("authorization"))
    if not token.isascii():
        raise InvalidToken
    request.ctx.caller = await use_cases.identify(request.app.ctx.database, token)


async def check_admin(request: Request) -> None:
    """What comes after it, for a blueprint of endpoints for administrators; raises Forbidden."""
    use_cases.check_admin(request.ctx.caller)
