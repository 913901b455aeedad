"""The mails of accounts: of each a text, whose first line is the subject, and a page."""

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from ..about import NAME
from .models import Purpose, User


def mail_link(user: User, purpose: Purpose, link: str, language: str) -> None:
    """Send the mail that is for this purpose, in a language; the link leads back to us."""
    template = f"accounts/mails/{purpose}"
    context = {"name": NAME, "link": link}
    with translation.override(language):
        text = render_to_string(f"{template}.txt", context)
        page = render_to_string(f"{template}.html", context)
    subject, _, body = text.strip().partition("\n\n")
    mail = EmailMultiAlternatives(subject, body, to=[user.email])
    mail.attach_alternative(page, "text/html")
    mail.send()
