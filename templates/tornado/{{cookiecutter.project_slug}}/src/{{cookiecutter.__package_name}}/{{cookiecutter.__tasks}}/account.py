"""The page of one's account: another password, and signing out everywhere."""

from pydantic import ValidationError
from tornado.web import authenticated

from ..accounts import use_cases as accounts
from ..accounts.schemas import PasswordChange
from ..infrastructure.api.application import route
from ..infrastructure.errors import Invalid
from .pages import PageHandler


class AccountHandler(PageHandler):
    """The page itself."""

    @authenticated
    def get(self) -> None:
        """The forms."""
        self._show()

    @authenticated
    async def post(self) -> None:
        """Change the password: the other browsers and clients are signed out."""
        current, new = (
            self.get_body_argument(name, "", strip=False)
            for name in ("current_password", "new_password")
        )
        try:
            await self._change(current, new)
        except (ValidationError, Invalid):
            self._show(422, "Your password, and a new one of 12 characters that nobody guesses.")
        else:
            self._show(done="Your password is changed.")

    async def _change(self, current: str, new: str) -> None:
        change = PasswordChange(current_password=current, new_password=new)
        services = self.services
        await accounts.change_password(
            services.database, services.throttle, self.current_user, change, client=self.client
        )

    def _show(self, status: int = 200, message: str = "", *, done: str = "") -> None:
        self.set_status(status)
        self.render(
            "tasks/templates/account.html",
            message=message and self.locale.translate(message),
            done=done and self.locale.translate(done),
        )


class SignOutEverywhereHandler(PageHandler):
    """Where the button to sign out everywhere leads."""

    @authenticated
    async def post(self) -> None:
        """Sign out, here and wherever else."""
        await accounts.revoke_all(self.services.database, self.current_user.id)
        await self.end_session(self.current_user)
        self.redirect(self.reverse_url("sign-in"), status=303)


RULES = [
    route("/dashboard/account", AccountHandler, name="own-account"),
    route("/dashboard/sign-out-everywhere", SignOutEverywhereHandler, name="sign-out-everywhere"),
]
