"""Users and their access tokens over HTTP."""

from django.http import HttpRequest
from ninja import Router, Status

from ..infrastructure.api.problems import Problem
from ..services import services
from . import use_cases
from .auth import SignedInRequest
from .models import User
from .schemas import Credentials, SignIn, TokenOutput, UserOutput

router = Router()


@router.post("/users", auth=None, response={201: UserOutput, 409: Problem, 429: Problem})
def register(request: HttpRequest, credentials: Credentials) -> Status[User]:
    """Sign up."""
    client = request.META["REMOTE_ADDR"]
    return Status(201, use_cases.sign_up(services().throttle, credentials, client=client))


@router.post("/tokens", auth=None, response={201: TokenOutput, 401: Problem, 429: Problem})
def sign_in(request: HttpRequest, credentials: SignIn) -> Status[TokenOutput]:
    """Sign in: get an access token."""
    ttl_seconds = services().settings.token_ttl_seconds
    return Status(201, use_cases.sign_in(request, credentials, ttl_seconds=ttl_seconds))


@router.delete("/tokens/current", response={204: None})
def sign_out(request: SignedInRequest) -> Status[None]:
    """Sign out: the token of this request is worth nothing from then on."""
    use_cases.revoke(request.auth)
    return Status(204, None)


@router.get("/users/me", response=UserOutput)
def me(request: SignedInRequest) -> User:
    """The user whose token this is."""
    return request.user
