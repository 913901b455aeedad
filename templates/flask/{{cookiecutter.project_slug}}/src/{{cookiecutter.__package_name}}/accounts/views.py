"""Users and their access tokens over HTTP."""
# ruff: noqa: A002  # An `id` is called so in the contract, thus in routes and views.

from typing import Literal
from uuid import UUID

from ..infrastructure.api.paging import PageQuery
from ..infrastructure.api.schema import ApiBlueprint
from ..services import services
from . import links, use_cases
from .auth import authenticate, authenticate_admin, caller, client_address
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

blueprint = ApiBlueprint("accounts", __name__, url_prefix="/api/v1", authenticate=authenticate)


@blueprint.post("/users", public=True, problems=(409, 429))
def register(json: Credentials) -> tuple[UserOutput, Literal[201]]:
    """Sign up."""
    given = services()
    user = use_cases.sign_up(
        given.database,
        given.throttle,
        json,
        client=client_address(),
        mails=given.settings.can_mail,
    )
    return UserOutput.model_validate(user), 201


@blueprint.get("/users", authenticate=authenticate_admin, problems=(403,))
def list_users(query: PageQuery) -> UserPage:
    """All users, the newest first: for administrators."""
    return use_cases.users(services().database, query)


@blueprint.get("/users/me")
def me() -> AccountOutput:
    """The user whose token this is."""
    return AccountOutput.model_validate(caller())


@blueprint.delete("/users/me", problems=(429,))
def delete_account(json: Deletion) -> tuple[str, Literal[204]]:
    """Delete yourself, with all that is yours."""
    given = services()
    use_cases.delete_account(
        given.database, given.throttle, caller(), json, client=client_address()
    )
    return "", 204


@blueprint.put("/users/me/password", problems=(429,))
def change_password(json: PasswordChange) -> tuple[str, Literal[204]]:
    """Change your password: all other tokens are worth nothing from then on."""
    given = services()
    use_cases.change_password(
        given.database, given.throttle, caller(), json, client=client_address()
    )
    return "", 204


@blueprint.post("/tokens", public=True, problems=(401, 429))
def sign_in(json: SignIn) -> tuple[TokenOutput, Literal[201]]:
    """Sign in: get an access token."""
    given = services()
    token = use_cases.sign_in(
        given.database,
        given.throttle,
        json,
        client=client_address(),
        ttl_seconds=given.settings.token_ttl_seconds,
    )
    return token, 201


@blueprint.get("/tokens")
def list_tokens(query: PageQuery) -> TokenPage:
    """Where you are signed in: your access tokens, the newest first."""
    return use_cases.tokens(services().database, caller(), query)


@blueprint.delete("/tokens")
def sign_out_everywhere() -> tuple[str, Literal[204]]:
    """Sign out everywhere: all your tokens are worth nothing from then on."""
    use_cases.revoke_all(services().database, caller().id)
    return "", 204


@blueprint.delete("/tokens/current")
def sign_out() -> tuple[str, Literal[204]]:
    """Sign out: the token of this request is worth nothing from then on."""
    use_cases.revoke(services().database, caller().token_digest)
    return "", 204


@blueprint.delete("/tokens/<path_id:id>")
def sign_out_elsewhere(id: UUID | None) -> tuple[str, Literal[204]]:
    """Sign out elsewhere: this token is worth nothing from then on."""
    use_cases.revoke_one(services().database, caller().id, id)
    return "", 204


@blueprint.post("/password-resets", public=True, problems=(429,))
def request_reset(json: ResetRequest) -> tuple[MailOutput, Literal[202]]:
    """Ask for a mail with a link by which you can choose a new password."""
    given = services()
    answer = links.request_reset(
        given.database,
        given.throttle,
        json,
        client=client_address(),
        mails=given.settings.can_mail,
    )
    return answer, 202


@blueprint.put("/password-resets/<secret>", public=True)
def reset_password(secret: str, json: PasswordReset) -> tuple[str, Literal[204]]:
    """Choose a new password, by the secret of such a link."""
    links.reset_password(services().database, secret, json)
    return "", 204


@blueprint.post("/email-verifications", problems=(429,))
def request_verification() -> tuple[MailOutput, Literal[202]]:
    """Ask for a mail with a link that shows that the address is yours."""
    given = services()
    answer = links.request_verification(
        given.database,
        given.throttle,
        caller(),
        client=client_address(),
        mails=given.settings.can_mail,
    )
    return answer, 202


@blueprint.put("/email-verifications/<secret>", public=True)
def verify_email(secret: str) -> tuple[str, Literal[204]]:
    """Show that the address is yours, by the secret of such a link."""
    links.verify_email(services().database, secret)
    return "", 204
