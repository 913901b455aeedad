"""Users and their access tokens over HTTP."""

from django.core.exceptions import ValidationError as PasswordRefused
from django.http import HttpRequest
from ninja import Router, Status
from ninja.errors import ValidationError

from ..infrastructure.api.schema import Json, problems
from ..services import services
from . import use_cases
from .auth import CallerRequest, SignedIn
from .models import User
from .schemas import Credentials, SignIn, TokenOutput, UserOutput

router = Router()


@router.post("/users", response={201: UserOutput, **problems(400, 409, 413, 415, 422, 429, 503)})
def register(request: HttpRequest, credentials: Json[Credentials]) -> Status[User]:
    """Sign up."""
    try:
        user = use_cases.sign_up(
            services().throttle, credentials, client=request.META["REMOTE_ADDR"]
        )
    except PasswordRefused as error:
        place = {"type": "value_error", "loc": ("body", "credentials", "password")}
        raise ValidationError([{**place, "msg": message} for message in error.messages]) from error
    return Status(201, user)


@router.post("/tokens", response={201: TokenOutput, **problems(400, 401, 413, 415, 422, 429, 503)})
def sign_in(request: HttpRequest, credentials: Json[SignIn]) -> Status[TokenOutput]:
    """Sign in: get an access token."""
    token = use_cases.sign_in(
        services().throttle,
        credentials,
        client=request.META["REMOTE_ADDR"],
        ttl_seconds=services().settings.token_ttl_seconds,
    )
    return Status(201, token)


@router.delete("/tokens/current", auth=SignedIn(), response={204: None, **problems(401, 503)})
def sign_out(request: CallerRequest) -> Status[None]:
    """Sign out: the token of this request is worth nothing from then on."""
    use_cases.revoke(request.auth.token_id)
    return Status(204, None)


@router.get("/users/me", auth=SignedIn(), response={200: UserOutput, **problems(401, 503)})
def me(request: CallerRequest) -> UserOutput:
    """The user whose token this is."""
    return UserOutput.model_validate(request.auth)
