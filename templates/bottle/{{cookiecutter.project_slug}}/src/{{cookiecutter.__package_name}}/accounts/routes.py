"""Users and their access tokens over HTTP."""
# ruff: noqa: A002  # An `id` is called so in the contract, thus in routes and views.

from bottle import Bottle

from ..config import Settings
from ..infrastructure.api.fields import PathId
from ..infrastructure.api.paging import PageQuery
from ..infrastructure.database.access import Database
from ..infrastructure.security.throttle import Throttle
from . import links, use_cases
from .auth import client
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
from .use_cases import Caller

app = Bottle()


@app.post("/users", public=True, status=201, problems=(409, 429))
def register(
    database: Database, throttle: Throttle, settings: Settings, body: Credentials
) -> UserOutput:
    """Sign up."""
    mails = settings.can_mail
    user = use_cases.sign_up(database, throttle, body, client=client(), mails=mails)
    return UserOutput.model_validate(user)


@app.get("/users", problems=(403,))
def list_users(database: Database, admin: Caller, query: PageQuery) -> UserPage:
    """All users, the newest first: for administrators."""
    return use_cases.users(database, query)


@app.get("/users/me")
def me(caller: Caller) -> AccountOutput:
    """The user whose token this is."""
    return AccountOutput.model_validate(caller)


@app.delete("/users/me", status=204, problems=(429,))
def delete_account(database: Database, throttle: Throttle, caller: Caller, body: Deletion) -> None:
    """Delete yourself, with all that is yours."""
    use_cases.delete_account(database, throttle, caller, body, client=client())


@app.put("/users/me/password", status=204, problems=(429,))
def change_password(
    database: Database, throttle: Throttle, caller: Caller, body: PasswordChange
) -> None:
    """Change your password: all other tokens are worth nothing from then on."""
    use_cases.change_password(database, throttle, caller, body, client=client())


@app.post("/tokens", public=True, status=201, problems=(401, 429))
def sign_in(
    database: Database, throttle: Throttle, settings: Settings, body: SignIn
) -> TokenOutput:
    """Get an access token."""
    ttl_seconds = settings.token_ttl_seconds
    return use_cases.sign_in(database, throttle, body, client=client(), ttl_seconds=ttl_seconds)


@app.get("/tokens")
def list_tokens(database: Database, caller: Caller, query: PageQuery) -> TokenPage:
    """Where you are signed in: your access tokens, the newest first."""
    return use_cases.tokens(database, caller, query)


@app.delete("/tokens", status=204)
def sign_out_everywhere(database: Database, caller: Caller) -> None:
    """Sign out everywhere: all your tokens are worth nothing from then on."""
    use_cases.revoke_all(database, caller.id)


@app.delete("/tokens/current", status=204)
def sign_out(database: Database, caller: Caller) -> None:
    """Make this token worthless."""
    use_cases.revoke(database, caller.token_digest)


@app.delete("/tokens/<id>", status=204)
def sign_out_elsewhere(database: Database, caller: Caller, id: PathId) -> None:
    """Sign out elsewhere: this token is worth nothing from then on."""
    use_cases.revoke_one(database, caller.id, id)


@app.post("/password-resets", public=True, status=202, problems=(429,))
def request_reset(
    database: Database, throttle: Throttle, settings: Settings, body: ResetRequest
) -> MailOutput:
    """Ask for a mail with a link by which you can choose a new password."""
    mails = settings.can_mail
    return links.request_reset(database, throttle, body, client=client(), mails=mails)


@app.put("/password-resets/<secret>", public=True, status=204)
def reset_password(database: Database, secret: str, body: PasswordReset) -> None:
    """Choose a new password, by the secret of such a link."""
    links.reset_password(database, secret, body)


@app.post("/email-verifications", status=202, problems=(429,))
def request_verification(
    database: Database, throttle: Throttle, settings: Settings, caller: Caller
) -> MailOutput:
    """Ask for a mail with a link that shows that the address is yours."""
    mails = settings.can_mail
    return links.request_verification(database, throttle, caller, client=client(), mails=mails)


@app.put("/email-verifications/<secret>", public=True, status=204)
def verify_email(database: Database, secret: str) -> None:
    """Show that the address is yours, by the secret of such a link."""
    links.verify_email(database, secret)
