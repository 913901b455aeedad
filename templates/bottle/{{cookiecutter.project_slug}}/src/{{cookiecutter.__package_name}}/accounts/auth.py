"""Who makes a request."""

from functools import wraps
from inspect import signature
from typing import Any

from bottle import PluginError, Route, request

from ..infrastructure.api.inputs import access_token
from ..infrastructure.api.plugins import View
from ..infrastructure.database.access import Database
from . import use_cases


class TokenPlugin:
    """Gives a view who calls, as `caller`.

    A route that is for strangers too has to say so: `public=True`.
    """

    name = "token"
    api = 2

    def __init__(self, database: Database) -> None:
        self._database = database

    def apply(self, callback: View, route: Route) -> View:
        """Have a token asked for; raises PluginError where it is not clear whether."""
        is_public = route.config.get("public", False)
        if is_public == ("caller" in signature(route.callback).parameters):
            raise PluginError(f"{route.rule}: it takes `caller`, or it is `public`")
        if is_public:
            return callback
        database = self._database

        @wraps(callback)
        def view_for_caller(**arguments: Any) -> Any:
            # `request.get_header` fails where it is not UTF-8.
            token = access_token(request.environ.get("HTTP_AUTHORIZATION"))
            return callback(caller=use_cases.identify(database, token), **arguments)

        return view_for_caller
