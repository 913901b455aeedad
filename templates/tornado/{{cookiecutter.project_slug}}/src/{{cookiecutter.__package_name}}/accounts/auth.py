"""Who makes a request."""

from ..infrastructure.api.handlers import JsonHandler
from ..services import Handler
from . import use_cases
from .use_cases import Caller


class ApiHandler(JsonHandler, Handler):
    """A handler of the API: a token says who asks."""

    async def get_caller(self) -> Caller:
        """Who makes the request; raises Unauthorized.

        It comes before what is asked: a stranger learns nothing from the other errors.
        """
        return await use_cases.identify(self.services.database, self.access_token)

    async def get_admin(self) -> Caller:
        """The caller, who is an administrator; raises Forbidden for others."""
        caller = await self.get_caller()
        use_cases.check_admin(caller)
        return caller
