"""Users and their access tokens."""

import asyncio
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from ..infrastructure.database.access import Database
from ..infrastructure.database.models import now
from ..infrastructure.errors import Conflict, Invalid, Unauthorized
from ..infrastructure.security.passwords import hash_password, verify_password
from ..infrastructure.security.strength import is_common
from ..infrastructure.security.throttle import Throttle
from .errors import InvalidToken
from .models import Token, User
from .schemas import Credentials, SignIn, TokenOutput, mailbox


class Caller(NamedTuple):
    """Who makes a request, and by which token."""

    id: UUID
    email: str
    created_at: datetime
    token_digest: bytes


async def sign_up(
    database: Database, throttle: Throttle, credentials: Credentials, *, client: str
) -> User:
    """Add a user for a client, which may add only so many.

    client: the address that the request came from.
    Raises what `register` does, and TooManyAttempts.
    """
    await throttle.count_sign_up(client)
    return await register(database, credentials)


async def register(database: Database, credentials: Credentials) -> User:
    """Add a user; raises Conflict where the address is taken, and Invalid for a common password."""
    password_hash = await asyncio.to_thread(_judge_and_hash, credentials)
    user = User(email=credentials.email, password_hash=password_hash)
    try:
        async with database.write() as session:
            session.add(user)
    except IntegrityError as error:
        raise Conflict("There is an account with this e-mail address.") from error
    return user


def _judge_and_hash(credentials: Credentials) -> str:
    # Both take their time, so it is done in a thread, and for who may sign up only.
    if is_common(credentials.password, credentials.email):
        text = "it is too easy to guess: a common one, or the address or our name, with little else"
        raise Invalid(text, pointer="/password")
    return hash_password(credentials.password)


async def sign_in(
    database: Database,
    throttle: Throttle,
    sign_in: SignIn,
    *,
    client: str,
    ttl_seconds: int,
) -> TokenOutput:
    """Give out an access token.

    client: the address that the request came from.
    Raises Unauthorized, alike for an unknown address, and TooManyAttempts.
    """
    await throttle.check(sign_in.email, client)
    async with database.read() as session:
        user = await session.scalar(select(User).where(User.email == mailbox(sign_in.email)))
    password_hash = user.password_hash if user else None
    if not await asyncio.to_thread(verify_password, sign_in.password, password_hash) or not user:
        await throttle.count_failure(sign_in.email, client)
        raise Unauthorized("The e-mail address or the password is wrong.")
    # Others may have failed meanwhile: many attempts at once are no way round the limit.
    await throttle.check(sign_in.email, client)
    access_token = secrets.token_urlsafe(32)
    expires_at = now() + timedelta(seconds=ttl_seconds)
    async with database.write() as session:
        await session.execute(
            delete(Token).where(Token.user_id == user.id, Token.expires_at <= now()),
        )
        session.add(Token(digest=digest(access_token), user_id=user.id, expires_at=expires_at))
    return TokenOutput(access_token=access_token, expires_at=expires_at)


async def identify(database: Database, access_token: str) -> Caller:
    """Whose token this is; raises Unauthorized where it is nobody's, or no longer."""
    return await find_caller(database, digest(access_token))


async def find_caller(database: Database, token_digest: bytes) -> Caller:
    """Like `identify`, for who kept no more than the digest of the token."""
    statement = select(User).join(Token, Token.user_id == User.id)
    valid = statement.where(Token.digest == token_digest, Token.expires_at > now())
    async with database.read() as session:
        user = await session.scalar(valid)
    if user is None:
        raise InvalidToken
    return Caller(user.id, user.email, user.created_at, token_digest)


async def revoke(database: Database, token_digest: bytes) -> None:
    """Make a token worthless."""
    async with database.write() as session:
        await session.execute(delete(Token).where(Token.digest == token_digest))


def digest(access_token: str) -> bytes:
    """What is kept of a token: its SHA-256, which suffices, as no one can guess 32 random bytes."""
    return sha256(access_token.encode()).digest()
