"""What the OpenAPI document says of accounts."""

from ..infrastructure.api.openapi import Operation
from ..infrastructure.api.paging import PageQuery
from .schemas import (
    AccountOutput,
    Credentials,
    Deletion,
    MailOutput,
    PasswordChange,
    PasswordReset,
    ResetRequest,
    SignIn,
    TokenOutput,
    TokenPage,
    UserOutput,
    UserPage,
)

_USERS, _ME, _TOKENS = "/api/v1/users", "/api/v1/users/me", "/api/v1/tokens"
_RESETS, _VERIFICATIONS = "/api/v1/password-resets", "/api/v1/email-verifications"
OPERATIONS: tuple[Operation, ...] = (
    Operation(
        *(_USERS, "post", "register", "Sign up", 201, UserOutput),
        problems=(409, 429),
        body=Credentials,
        is_public=True,
    ),
    Operation(
        *(_USERS, "get", "list_users", "All users, the newest first", 200, UserPage),
        problems=(403,),
        query=PageQuery,
    ),
    Operation(_ME, "get", "me", "The user whose token this is", 200, AccountOutput),
    Operation(
        *(_ME, "delete", "delete_account", "Delete yourself, with all that is yours", 204, None),
        problems=(429,),
        body=Deletion,
    ),
    Operation(
        *(f"{_ME}/password", "put", "change_password", "Change your password", 204, None),
        problems=(429,),
        body=PasswordChange,
    ),
    Operation(
        *(_TOKENS, "post", "sign_in", "Get an access token", 201, TokenOutput),
        problems=(401, 429),
        body=SignIn,
        is_public=True,
    ),
    Operation(
        *(_TOKENS, "get", "list_tokens", "Where you are signed in", 200, TokenPage),
        query=PageQuery,
    ),
    Operation(
        _TOKENS, "delete", "sign_out_everywhere", "Make all your tokens worthless", 204, None
    ),
    Operation(f"{_TOKENS}/current", "delete", "sign_out", "Make this token worthless", 204, None),
    Operation(
        f"{_TOKENS}/{{id}}", "delete", "sign_out_elsewhere", "Make a token worthless", 204, None
    ),
    Operation(
        *(_RESETS, "post", "request_reset", "Get a mail to reset the password", 202, MailOutput),
        problems=(429,),
        body=ResetRequest,
        is_public=True,
    ),
    Operation(
        *(f"{_RESETS}/{{secret}}", "put", "reset_password", "Reset the password", 204, None),
        body=PasswordReset,
        is_public=True,
    ),
    Operation(
        *(_VERIFICATIONS, "post", "request_verification"),
        *("Get a mail to verify the address", 202, MailOutput),
        problems=(429,),
    ),
    Operation(
        *(f"{_VERIFICATIONS}/{{secret}}", "put", "verify_email", "Verify the address", 204, None),
        is_public=True,
    ),
)
