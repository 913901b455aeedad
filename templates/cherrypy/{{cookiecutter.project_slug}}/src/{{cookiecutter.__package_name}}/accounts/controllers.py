"""Users and their access tokens over HTTP."""

import cherrypy

from ..infrastructure.api import tools
from ..services import Services
from . import use_cases
from .auth import token
from .schemas import Credentials, SignIn, TokenOutput, UserOutput


@cherrypy.expose
@tools.route(template="/api/v1/users")
class Users:
    """All who have signed up."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.me = Me()

    @tools.json_in(kind=Credentials)
    def POST(self) -> UserOutput:
        """Sign up."""
        request = cherrypy.request
        services = self._services
        user = use_cases.sign_up(
            services.database, services.throttle, request.json, client=request.remote.ip
        )
        cherrypy.response.status = 201
        return UserOutput.model_validate(user)


@cherrypy.expose
@tools.route(template="/api/v1/users/me")
class Me:
    """The caller."""

    @token()
    def GET(self) -> UserOutput:
        """The user whose token this is."""
        return UserOutput.model_validate(cherrypy.request.caller)


@cherrypy.expose
@tools.route(template="/api/v1/tokens")
class Tokens:
    """What users sign in for."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.current = CurrentToken(services)

    @tools.json_in(kind=SignIn)
    def POST(self) -> TokenOutput:
        """Sign in: get an access token."""
        request = cherrypy.request
        signed_in = sign_in(self._services, request.json)
        cherrypy.response.status = 201
        return signed_in


@cherrypy.expose
@tools.route(template="/api/v1/tokens/current")
class CurrentToken:
    """The token of the request."""

    def __init__(self, services: Services) -> None:
        self._database = services.database

    @token()
    def DELETE(self) -> None:
        """Sign out: the token of this request is worth nothing from then on."""
        use_cases.revoke(self._database, cherrypy.request.caller.token_digest)


def sign_in(services: Services, given: SignIn) -> TokenOutput:
    """A token for the client of the request; raises Unauthorized and TooManyAttempts."""
    return use_cases.sign_in(
        services.database,
        services.throttle,
        given,
        client=cherrypy.request.remote.ip,
        ttl_seconds=services.settings.token_ttl_seconds,
    )


# What the API has below `/api/v1`.
RESOURCES = {"users": Users, "tokens": Tokens}
