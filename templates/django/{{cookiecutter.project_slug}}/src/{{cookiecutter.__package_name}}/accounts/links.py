"""What is done by links that were mailed: a password is reset, an address is verified."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now
from django.utils.translation import get_language

from ..infrastructure.database.access import release
from ..infrastructure.errors import NotFound, Unavailable
from ..infrastructure.security.digests import digest
from ..infrastructure.security.throttle import Throttle
from .jobs import mail_reset, mail_verification
from .models import Purpose, Secret, User
from .schemas import MailOutput, PasswordReset, ResetRequest
from .use_cases import judge


def request_reset(
    throttle: Throttle, request: ResetRequest, *, client: str, mails: bool
) -> MailOutput:
    """Mail a link by which the password is reset; raises TooManyAttempts.

    client: the address that the request came from; mails: whether mails can be sent at all: raises
    Unavailable where they can't.
    """
    _count(throttle, request.email, client, mails=mails)
    # Whether there is such a user is the job's to find out: so nobody learns it here, in words or
    # in time.
    mail_reset.enqueue(request.email, get_language() or "")
    return MailOutput(detail="If there is an account with this address, it gets a mail.")


def check(secret: str, purpose: Purpose) -> None:
    """Raises NotFound for a secret that is used, expired or wrong."""
    if not _valid(secret, purpose).exists():
        raise _no_link()


def reset_password(secret: str, reset: PasswordReset) -> None:
    """Set the password, make all tokens of the user worthless, and note that the address is theirs.

    Raises NotFound for a secret that is used, expired or wrong, and ValidationError for a password
    that is refused, for which the secret stays good.
    """
    # Django's own links would do as well, but for that they are longer than what logs leave out.
    found = _valid(secret, Purpose.RESET)
    user = User.objects.filter(secrets__in=found).first()
    if user is None:
        raise _no_link()
    # A hash takes its time.
    release()
    judge(reset.new_password, user, "new_password")
    user.set_password(reset.new_password)
    user.email_verified_at = user.email_verified_at or now()
    with transaction.atomic():
        # Of two who use it at the same time, one is too late.
        deleted, _ = found.delete()
        if not deleted:
            raise _no_link()
        user.save(update_fields=["password", "email_verified_at"])


def request_verification(throttle: Throttle, user: User, *, client: str, mails: bool) -> MailOutput:
    """Mail the user a link that shows whose the address is; as `request_reset`."""
    _count(throttle, user.email, client, mails=mails)
    mail_verification.enqueue(str(user.id), get_language() or "")
    return MailOutput(detail="A mail is on its way to you.")


def verify_email(secret: str) -> None:
    """Note that an address is its user's; raises NotFound as `reset_password` does."""
    with transaction.atomic():
        found = _valid(secret, Purpose.VERIFICATION).select_for_update().first()
        if found is None:
            raise _no_link()
        found.delete()
        User.objects.filter(id=found.user_id, email_verified_at=None).update(
            email_verified_at=now()
        )


def check_mails(*, mails: bool) -> None:
    """Raises Unavailable where no mail can be sent."""
    if not mails:
        raise Unavailable("This service can't send mails.")


def _count(throttle: Throttle, email: str, client: str, *, mails: bool) -> None:
    check_mails(mails=mails)
    throttle.count_mail(email, client)


def _valid(secret: str, purpose: Purpose) -> QuerySet[Secret]:
    return Secret.objects.filter(
        digest=digest(secret), purpose=purpose, expires_at__gt=now(), user__is_active=True
    )


def _no_link() -> NotFound:
    return NotFound("This link is not valid, or no longer.")
