"""What is done for accounts in the background."""

from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.utils.timezone import now

from ..infrastructure.jobs.functions import job
from ..infrastructure.security.digests import digest, new_secret
from .mails import mail_link
from .models import Purpose, Secret, Token, User

_VALID_FOR = {Purpose.RESET: timedelta(hours=1), Purpose.VERIFICATION: timedelta(days=1)}


@job()
def mail_reset(email: str, language: str) -> None:
    """Mail a link by which a password is reset, where there is a user with this address.

    Who is not active gets none, nor who has no password here, as Django has it.
    """
    user = User.objects.filter(email=email, is_active=True).first()
    if user and user.has_usable_password():
        _mail_link(user, Purpose.RESET, language)


@job()
def mail_verification(user_id: str, language: str) -> None:
    """Mail a link by which a user shows that the address is theirs."""
    if user := User.objects.filter(id=user_id).first():
        _mail_link(user, Purpose.VERIFICATION, language)


@job(every=timedelta(hours=1))
def delete_expired() -> None:
    """Delete the tokens, secrets of links, and sessions that are worth nothing any more."""
    for kind in (Token, Secret):
        kind.objects.filter(expires_at__lte=now()).delete()
    call_command("clearsessions")


def _mail_link(user: User, purpose: Purpose, language: str) -> None:
    # Made here and not where it is asked for: the job, which is kept as it is, does not contain it.
    secret = new_secret()
    kept = user.secrets.create(
        digest=digest(secret), purpose=purpose, expires_at=now() + _VALID_FOR[purpose]
    )
    link = f"{settings.SERVICE.public_url}/account/{purpose}/{secret}"
    try:
        mail_link(user, purpose, link, language)
    except Exception:
        # It is tried again, with another one.
        kept.delete()
        raise
