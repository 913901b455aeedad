"""The pages of accounts, for people: they sign up, and come here by the links of mails."""

from http import HTTPStatus
from typing import Any

from ..infrastructure.api.application import route
from ..infrastructure.edge.policy import FORM_POLICY
from ..services import Handler
from . import forms
from .forms import Page


class PageHandler(Handler):
    """A page with a form, which is good only in the browser that has loaded it."""

    content_security_policy = FORM_POLICY

    def set_default_headers(self) -> None:
        """Let the page load what it needs, and no more."""
        self.set_header("Content-Security-Policy", self.content_security_policy)

    def problem(self, status: int, **members: Any) -> bytes:
        """Make the answer a page on what is wrong: people read it."""
        self.set_status(status)
        phrase = HTTPStatus(status).phrase
        return self.render_string("accounts/templates/error.html", status=status, phrase=phrase)

    def set_cookie(self, name: str, value: str | bytes, *args: Any, **kwargs: Any) -> None:
        """Set a cookie that no script and no form of another site gets hold of."""
        secure = self.request.protocol == "https" or self.services.settings.app_env == "production"
        kwargs |= {"httponly": True, "samesite": "Lax", "secure": secure}
        super().set_cookie(name, value, *args, **kwargs)


class FormHandler(PageHandler):
    """A form that asks for no one to be signed in."""

    async def get(self, name: str, secret: str = "") -> None:
        """The form."""
        services = self.services
        page = await forms.show(
            name, secret, settings=services.settings, database=services.database
        )
        self._show(page)

    async def post(self, name: str, secret: str = "") -> None:
        """Do what it is for, and say how that went."""
        services, sent = self.services, self.request.body_arguments
        page = await forms.submit(
            name,
            secret,
            {each: self.get_body_argument(each, strip=False) for each in sent},
            site=self.request.headers.get("Sec-Fetch-Site"),
            settings=services.settings,
            database=services.database,
            throttle=services.throttle,
            client=self.client,
        )
        self._show(page)

    def _show(self, page: Page) -> None:
        self.set_status(page.status)
        for name, value in page.headers.items():
            self.set_header(name, value)
        self.render("accounts/templates/form.html", page=page)


RULES = [
    route("/account/{name}", FormHandler, name="account"),
    route("/account/{name}/{secret}", FormHandler),
]
