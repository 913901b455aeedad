"""What is done for accounts in the background."""

import asyncio
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select

from ..infrastructure.database.models import now
from ..infrastructure.jobs.functions import job
from ..infrastructure.security.digests import digest, new_secret
from ..worker import Resources
from . import mails
from .models import Secret, Token, User

RESET, VERIFICATION = "reset-password", "verify-email"
_VALID_FOR = {RESET: timedelta(hours=1), VERIFICATION: timedelta(days=1)}


@job()
async def mail_reset(resources: Resources, email: str) -> None:
    """Mail a link by which a password is reset, where there is a user with this address."""
    async with resources.database.read() as session:
        user = await session.scalar(select(User).where(User.email == email))
    if user:
        await _mail_link(resources, user, RESET)


@job()
async def mail_verification(resources: Resources, user_id: str) -> None:
    """Mail a link by which a user shows that the address is theirs."""
    async with resources.database.read() as session:
        user = await session.get(User, UUID(user_id))
    if user:
        await _mail_link(resources, user, VERIFICATION)


@job(every=timedelta(hours=1))
async def delete_expired(resources: Resources) -> None:
    """Delete the tokens, and the secrets of links, that are worth nothing any more."""
    async with resources.database.write() as session:
        for kind in (Token, Secret):
            await session.execute(delete(kind).where(kind.expires_at <= now()))


async def _mail_link(resources: Resources, user: User, purpose: str) -> None:
    # Made here and not where it is asked for: the job, which is kept as it is, does not contain it.
    secret = new_secret()
    expires_at = now() + _VALID_FOR[purpose]
    async with resources.database.write() as session:
        session.add(
            Secret(digest=digest(secret), purpose=purpose, user_id=user.id, expires_at=expires_at)
        )
    link = f"{resources.settings.public_url}/account/{purpose}/{secret}"
    try:
        await asyncio.to_thread(resources.mailer.send, mails.with_link(purpose, user.email, link))
    except Exception:
        # It is tried again, with another one.
        async with resources.database.write() as session:
            await session.execute(delete(Secret).where(Secret.digest == digest(secret)))
        raise
