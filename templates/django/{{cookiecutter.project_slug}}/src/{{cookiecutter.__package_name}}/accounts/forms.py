"""What people fill in, by themselves or by a link that was mailed."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter
from pydantic import ValidationError as RefusedBySchema

from .schemas import Email

_EMAIL: TypeAdapter[str] = TypeAdapter(Email)


class EmailField(forms.CharField):
    """An address, such as the API takes: Django's own field knows fewer."""

    widget = forms.EmailInput(attrs={"autocomplete": "email"})

    def bound_data(self, data: str, initial: str) -> str:
        """What is shown again: what is longer is no address."""
        return data if len(data or "") <= 254 else ""

    def clean(self, value: str) -> str:
        """The address; raises ValidationError."""
        try:
            return _EMAIL.validate_python(super().clean(value))
        except RefusedBySchema as error:
            raise ValidationError(EmailValidator.message, code="invalid") from error


class NewPasswordField(forms.CharField):
    """A password as long as the API takes it; AUTH_PASSWORD_VALIDATORS judge it later."""

    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})

    def __init__(self) -> None:
        label = _("Password, of 12 characters or more")
        super().__init__(label=label, min_length=12, max_length=128, strip=False)


class SignUpForm(forms.Form):
    """What an account is made of."""

    email = EmailField(label=_("E-mail address"))
    password = NewPasswordField()


class ForgotPasswordForm(forms.Form):
    """Who has forgotten the password."""

    email = EmailField(label=_("E-mail address"))


class ResetPasswordForm(forms.Form):
    """Another password."""

    new_password = NewPasswordField()


class VerifyEmailForm(forms.Form):
    """Nothing but the button."""
