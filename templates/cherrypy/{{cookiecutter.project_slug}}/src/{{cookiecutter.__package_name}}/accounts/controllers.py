"""Users and their access tokens over HTTP."""

import cherrypy

from ..infrastructure.api import tools
from . import use_cases
from .auth import token
from .schemas import Credentials, SignIn, TokenOutput, UserOutput


@cherrypy.expose
class Me:
    """The caller."""

    @token()
    def GET(self) -> UserOutput:
        """The user whose token this is."""
        return UserOutput.model_validate(cherrypy.request.caller)


@cherrypy.expose
class Users:
    """All who have signed up."""

    me = Me()

    @tools.body(kind=Credentials)
    def POST(self) -> UserOutput:
        """Sign up."""
        request = cherrypy.request
        services = request.services
        user = use_cases.sign_up(
            services.database, services.throttle, request.json, client=request.remote.ip
        )
        cherrypy.response.status = 201
        return UserOutput.model_validate(user)


@cherrypy.expose
class CurrentToken:
    """The token of the request."""

    @token()
    def DELETE(self) -> None:
        """Sign out: the token of this request is worth nothing from then on."""
        request = cherrypy.request
        use_cases.revoke(request.services.database, request.caller.token_digest)


@cherrypy.expose
class Tokens:
    """What users sign in for."""

    current = CurrentToken()

    @tools.body(kind=SignIn)
    def POST(self) -> TokenOutput:
        """Sign in: get an access token."""
        signed_in = sign_in(cherrypy.request.json)
        cherrypy.response.status = 201
        return signed_in


def sign_in(given: SignIn) -> TokenOutput:
    """A token for the client of the request; raises Unauthorized and TooManyAttempts."""
    services = cherrypy.request.services
    return use_cases.sign_in(
        services.database,
        services.throttle,
        given,
        client=cherrypy.request.remote.ip,
        ttl_seconds=services.settings.token_ttl_seconds,
    )


# What the API has below `/api/v1`.
RESOURCES = {"users": Users(), "tokens": Tokens()}
