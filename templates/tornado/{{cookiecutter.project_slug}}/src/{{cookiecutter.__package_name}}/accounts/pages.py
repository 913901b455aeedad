"""The pages of accounts, for people: they sign up, and come here by the links of mails."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from tornado.web import HTTPError

from ..infrastructure.api.application import route
from ..infrastructure.api.problems import answer_to
from ..infrastructure.edge.policy import FORM_POLICY
from ..infrastructure.errors import DomainError
from ..services import Handler
from .forms import FORMS, Form, mistakes, submit

_NOTHING: Mapping[str, str] = MappingProxyType({})


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

    def get(self, name: str, _secret: str = "") -> None:
        """The form."""
        self._show(_form(name))

    async def post(self, name: str, secret: str = "") -> None:
        """Do what it is for, and say how that went."""
        form, services = _form(name), self.services
        asked = [field.name for field in form.fields]
        given = {each: self.get_body_argument(each, "", strip=False) for each in asked}
        try:
            await submit(
                name,
                secret,
                given,
                settings=services.settings,
                database=services.database,
                throttle=services.throttle,
                client=self.client,
            )
        except DomainError as error:
            status, headers, _ = answer_to(error)
            self.set_status(status)
            for header, value in headers.items():
                self.set_header(header, value)
            self._show(form, given, mistakes(error))
        else:
            self._show(form, is_done=True)

    def _show(
        self,
        form: Form,
        given: Mapping[str, str] = _NOTHING,
        errors: Sequence[str] = (),
        *,
        is_done: bool = False,
    ) -> None:
        self.render(
            "accounts/templates/form.html", form=form, given=given, errors=errors, is_done=is_done
        )


def _form(name: str) -> Form:
    if name not in FORMS:
        raise HTTPError(404)
    return FORMS[name]


RULES = [
    route("/account/{name}", FormHandler, name="account"),
    route("/account/{name}/{secret}", FormHandler),
]
