"""Who makes a request, and whether they administrate."""

import cherrypy

from ..infrastructure.api.errors import telling
from ..infrastructure.api.inputs import access_token
from . import use_cases


@telling
def authenticate() -> None:
    """Find out who makes the request, `cherrypy.request.caller`: the Tool `token`.

    It comes before all that looks at the request: a stranger learns nothing from other errors.
    """
    request = cherrypy.serving.request
    given = access_token(request.headers.get("Authorization"))
    request.caller = use_cases.identify(request.app.services.database, given)


@telling
def check_admin() -> None:
    """Let administrators go on only: the Tool `admin`, beside `token`."""
    use_cases.check_admin(cherrypy.serving.request.caller)


token = cherrypy.tools.token = cherrypy.Tool("before_request_body", authenticate, priority=10)
admin = cherrypy.tools.admin = cherrypy.Tool("before_request_body", check_admin, priority=20)
