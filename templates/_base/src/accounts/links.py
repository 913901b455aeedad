"""What is done by links that were mailed: a password is reset, an address is verified."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ..infrastructure.database.access import Database
from ..infrastructure.database.models import now
from ..infrastructure.errors import NotFound, Unavailable
from ..infrastructure.security.digests import digest
from ..infrastructure.security.throttle import Throttle
from .jobs import RESET, VERIFICATION, mail_reset, mail_verification
from .models import Secret, Token, User
from .schemas import MailOutput, PasswordReset, ResetRequest
from .use_cases import Caller, judge_and_hash


async def request_reset(
    database: Database, throttle: Throttle, request: ResetRequest, *, client: str, mails: bool
) -> MailOutput:
    """Mail a link by which the password is reset; raises TooManyAttempts.

    client: the address that the request came from; mails: whether mails can be sent at all: raises
    Unavailable where they can't.
    """
    await _count(throttle, request.email, client, mails=mails)
    # Whether there is such a user is the job's to find out: so nobody learns it here, in words or
    # in time.
    async with database.write() as session:
        mail_reset.enqueue(session, request.email)
    return MailOutput(detail="If there is an account with this address, it gets a mail.")


async def check(database: Database, secret: str, purpose: str) -> None:
    """Raises NotFound for a secret that is used, expired or wrong."""
    statement = select(Secret.user_id).where(*_valid(secret, purpose))
    async with database.read() as session:
        found = await session.scalar(statement)
    if found is None:
        raise _no_link()


async def reset_password(database: Database, secret: str, reset: PasswordReset) -> None:
    """Set the password, make all tokens of the user worthless, and note that the address is theirs.

    Raises NotFound for a secret that is used, expired or wrong, and Invalid for a common password,
    for which the secret stays good.
    """
    statement = select(User.email).join(Secret, Secret.user_id == User.id)
    async with database.read() as session:
        email = await session.scalar(statement.where(*_valid(secret, RESET)))
    if email is None:
        raise _no_link()
    password_hash = await judge_and_hash(reset.new_password, email, "/new_password")
    async with database.write() as session:
        user_id = await _spend(session, secret, RESET)
        user = update(User).where(User.id == user_id).values(email_verified_at=_verified_at())
        await session.execute(user.values(password_hash=password_hash))
        await session.execute(delete(Token).where(Token.user_id == user_id))
        # Those of mails that were sent before.
        others = delete(Secret).where(Secret.user_id == user_id, Secret.purpose == RESET)
        await session.execute(others)


async def request_verification(
    database: Database, throttle: Throttle, caller: Caller, *, client: str, mails: bool
) -> MailOutput:
    """Mail the caller a link that shows whose the address is; as `request_reset`."""
    await _count(throttle, caller.email, client, mails=mails)
    async with database.write() as session:
        mail_verification.enqueue(session, str(caller.id))
    return MailOutput(detail="A mail is on its way to you.")


async def verify_email(database: Database, secret: str) -> None:
    """Note that an address is its user's; raises NotFound as `reset_password` does."""
    async with database.write() as session:
        user_id = await _spend(session, secret, VERIFICATION)
        user = update(User).where(User.id == user_id)
        await session.execute(user.values(email_verified_at=_verified_at()))


def check_mails(*, mails: bool) -> None:
    """Raises Unavailable where no mail can be sent."""
    if not mails:
        raise Unavailable("This service can't send mails.")


async def _count(throttle: Throttle, email: str, client: str, *, mails: bool) -> None:
    check_mails(mails=mails)
    await throttle.count_mail(email, client)


async def _spend(session: AsyncSession, secret: str, purpose: str) -> UUID:
    """Whose secret it was; of two who use it at the same time, one is too late."""
    statement = delete(Secret).where(*_valid(secret, purpose)).returning(Secret.user_id)
    user_id = await session.scalar(statement)
    if user_id is None:
        raise _no_link()
    return user_id


def _verified_at() -> ColumnElement[datetime | None]:
    return func.coalesce(User.email_verified_at, now())


def _valid(secret: str, purpose: str) -> tuple[ColumnElement[bool], ...]:
    of_purpose = Secret.digest == digest(secret), Secret.purpose == purpose
    return *of_purpose, Secret.expires_at > now()


def _no_link() -> NotFound:
    return NotFound("This link is not valid, or no longer.")
