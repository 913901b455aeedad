"""The pages of accounts, for people: they sign up, and come here by the links of mails."""

from abc import abstractmethod
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from ..infrastructure.api.problems import answer_to
from ..infrastructure.edge.policy import FORM_POLICY
from ..infrastructure.errors import DomainError, NotFound
from ..services import services
from . import links, use_cases
from .api import client_of
from .forms import ForgotPasswordForm, ResetPasswordForm, SignUpForm, VerifyEmailForm
from .models import Purpose
from .schemas import Credentials, PasswordReset, ResetRequest

# What use cases say where they refuse, and know in English only: here `makemessages` finds it.
gettext_noop("There is an account with this e-mail address.")
gettext_noop("This link is not valid, or no longer.")
gettext_noop("This service can't send mails.")
gettext_noop("Too many attempts; try again later.")


@method_decorator(sensitive_post_parameters(), name="dispatch")
class AccountView(FormView):  # type: ignore[type-arg]  # generic in its stubs only
    """A page with a form; done: what it says afterwards; other: the page that is wanted instead.

    What can't be done is said above the form, with the status and header fields of the API.
    """

    http_method_names = ("get", "head", "post")
    template_name = "accounts/form.html"
    title: Promise
    text: Promise
    button: Promise
    done: Promise
    other: tuple[str, Promise] | None = None

    def dispatch(self, request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponseBase:
        """Answer, with the policy of a page that has nothing but a form."""
        response = super().dispatch(request, *arguments, **options)
        response.headers["Content-Security-Policy"] = FORM_POLICY
        return response

    def get(self, request: HttpRequest, *_arguments: Any, **_options: Any) -> HttpResponse:
        """Show the form, unless there is no use in filling it in."""
        try:
            self.check()
        except DomainError as error:
            return self._refuse(error, asks=False)
        # Who has come by a link wants nothing else.
        return self._page(asks=True, other=None if self.kwargs else self.other)

    def form_valid(self, form: Any) -> HttpResponse:
        """Do what the form is for."""
        try:
            self.act(form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except DomainError as error:
            return self._refuse(error, asks=not isinstance(error, NotFound), form=form)
        return self._page(done=self.done) if form.is_valid() else self.form_invalid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say what is wrong with what was filled in."""
        return self._page(422, form=form, asks=True)

    def check(self) -> None:
        """Raises DomainError where nothing can be done here."""

    @abstractmethod
    def act(self, given: dict[str, Any]) -> None:
        """Do what the form is for, with what was filled in."""

    def _refuse(self, error: DomainError, **context: Any) -> HttpResponse:
        status, headers, _members = answer_to(error)
        return self._page(status, headers, error=gettext(str(error)), other=self.other, **context)

    def _page(
        self, status: int = 200, headers: dict[str, str] | None = None, **context: Any
    ) -> HttpResponse:
        given = self.get_context_data(**context)
        page: HttpResponse = self.render_to_response(given, status=status, headers=headers)
        return page


class SignUpView(AccountView):
    """Sign up."""

    form_class = SignUpForm
    title = _("Sign up")
    text = _("An account is an e-mail address, and a password.")
    button = _("Sign up")
    done = _("Welcome! A mail is on its way to you: its link shows that the address is yours.")
    other = ("admin_password_reset", _("Forgot your password?"))

    def act(self, given: dict[str, Any]) -> None:
        """Add the user."""
        mails = services().settings.can_mail
        credentials, client = Credentials(**given), client_of(self.request)
        use_cases.sign_up(services().throttle, credentials, client=client, mails=mails)
        if not mails:
            self.done = _("Welcome! You have an account now.")


class ForgotPasswordView(AccountView):
    """Ask for a mail."""

    form_class = ForgotPasswordForm
    title = _("Forgot your password?")
    text = _("A mail brings you a link by which you choose a new one.")
    button = _("Send the mail")
    done = _("If there is an account with this address, it gets a mail.")
    other = ("sign_up", _("Sign up"))

    def check(self) -> None:
        """Raises Unavailable where no mail can be sent."""
        links.check_mails(mails=services().settings.can_mail)

    def act(self, given: dict[str, Any]) -> None:
        """Have the mail sent."""
        links.request_reset(
            services().throttle,
            ResetRequest(**given),
            client=client_of(self.request),
            mails=services().settings.can_mail,
        )


class ResetPasswordView(AccountView):
    """Choose another password, by the link in a mail."""

    form_class = ResetPasswordForm
    title = _("Choose a new password")
    text = _("You are signed out everywhere, and sign in with the new one.")
    button = _("Set the password")
    done = _("Your password is changed.")
    other = ("admin_password_reset", _("Forgot your password?"))

    def check(self) -> None:
        """Raises NotFound for a link that is used or too old."""
        links.check(self.kwargs["secret"], Purpose.RESET)

    def act(self, given: dict[str, Any]) -> None:
        """Set it."""
        links.reset_password(self.kwargs["secret"], PasswordReset(**given))


class VerifyEmailView(AccountView):
    """Say that an address is one's own, by the link in a mail."""

    form_class = VerifyEmailForm
    title = _("Is this address yours?")
    text = _("Say so, and it is noted.")
    button = _("Yes, it is mine")
    done = _("Thank you: your address is verified.")

    def check(self) -> None:
        """Raises NotFound for a link that is used or too old."""
        links.check(self.kwargs["secret"], Purpose.VERIFICATION)

    def act(self, given: dict[str, Any]) -> None:
        """Note it."""
        links.verify_email(self.kwargs["secret"])
