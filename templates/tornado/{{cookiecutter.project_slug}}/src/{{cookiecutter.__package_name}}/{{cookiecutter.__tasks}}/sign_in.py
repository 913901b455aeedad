"""Pages to sign in, up and out: a cookie says who somebody is."""

import re

from pydantic import ValidationError
from tornado.web import authenticated

from ..accounts import use_cases as accounts
from ..accounts.schemas import Credentials, SignIn
from ..infrastructure.api.application import route
from ..infrastructure.api.problems import answer_to
from ..infrastructure.errors import Conflict, Invalid, TooManyAttempts, Unauthorized
from .pages import PageHandler

_OWN_PATH = re.compile(r"(/[\w-]+)+")


class SignInHandler(PageHandler):
    """The form to sign in; Tornado leads to it, see `login_url` in `dashboard.py`."""

    heading = "Sign in"

    def get(self) -> None:
        """The form."""
        self._show()

    async def post(self) -> None:
        """Sign in, or say why not."""
        email = self.get_body_argument("email", "")
        password = self.get_body_argument("password", "", strip=False)
        try:
            await self.check_in(email, password)
        except Unauthorized:
            self._show(403, email, "The e-mail address or the password is wrong.")
        except (ValidationError, Invalid):
            self._show(422, email, "An e-mail address, and 12 characters that nobody guesses.")
        except Conflict:
            self._show(409, email, "There is an account with this e-mail address.")
        except TooManyAttempts as error:
            status, headers, _ = answer_to(error)
            for name, value in headers.items():
                self.set_header(name, value)
            self._show(status, email, "Too many attempts; try again later.")
        else:
            self.redirect(self._next(), status=303)

    async def check_in(self, email: str, password: str) -> None:
        """Begin a session; raises what is wrong."""
        services = self.services
        token = await accounts.sign_in(
            services.database,
            services.throttle,
            SignIn(email=email, password=password),
            client=self.client,
            ttl_seconds=services.settings.token_ttl_seconds,
        )
        self.start_session(token)

    def _show(self, status: int = 200, email: str = "", message: str = "") -> None:
        self.set_status(status)
        self.render(
            "tasks/templates/sign_in.html",
            heading=self.heading,
            email=email,
            message=message and self.locale.translate(message),
        )

    def _next(self) -> str:
        """The page that was asked for before, if it is one of ours."""
        path = self.get_query_argument("next", "")
        is_own = _OWN_PATH.fullmatch(path)
        return self.prefix + path if is_own else self.reverse_url("dashboard")


class SignUpHandler(SignInHandler):
    """The form to sign up: the same, for who has no account yet."""

    heading = "Sign up"

    async def check_in(self, email: str, password: str) -> None:
        """Make an account, and begin a session."""
        services = self.services
        await accounts.sign_up(
            services.database,
            services.throttle,
            Credentials(email=email, password=password),
            client=self.client,
            mails=services.settings.can_mail,
        )
        await super().check_in(email, password)


class SignOutHandler(PageHandler):
    """Where the button to sign out leads."""

    @authenticated
    async def post(self) -> None:
        """Sign out."""
        await self.end_session(self.current_user)
        self.redirect(self.reverse_url("sign-in"), status=303)


RULES = [
    route("/dashboard/sign-in", SignInHandler, name="sign-in"),
    route("/dashboard/sign-up", SignUpHandler, name="sign-up"),
    route("/dashboard/sign-out", SignOutHandler, name="sign-out"),
]
