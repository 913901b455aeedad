"""What the OpenAPI document says of accounts."""

from ..infrastructure.api.openapi import Operation
from .schemas import Credentials, SignIn, TokenOutput, UserOutput

OPERATIONS = (
    Operation(
        *("/api/v1/users", "post", "register", "Sign up", 201, UserOutput),
        problems=(409, 429),
        body=Credentials,
        is_public=True,
    ),
    Operation("/api/v1/users/me", "get", "me", "The user whose token this is", 200, UserOutput),
    Operation(
        *("/api/v1/tokens", "post", "sign_in", "Get an access token", 201, TokenOutput),
        problems=(401, 429),
        body=SignIn,
        is_public=True,
    ),
    Operation(
        "/api/v1/tokens/current", "delete", "sign_out", "Make this token worthless", 204, None
    ),
)
