"""Users, their passwords and their access tokens."""

import asyncio
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ..infrastructure.api import paging
from ..infrastructure.api.paging import PageQuery
from ..infrastructure.database.access import Database
from ..infrastructure.database.models import now
from ..infrastructure.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    Unauthorized,
)
from ..infrastructure.security.digests import digest, new_secret
from ..infrastructure.security.passwords import hash_password, verify_password
from ..infrastructure.security.strength import is_common
from ..infrastructure.security.throttle import Throttle
from .errors import InvalidToken
from .jobs import mail_verification
from .models import Secret, Token, User
from .schemas import (
    Credentials,
    Deletion,
    PasswordChange,
    SignIn,
    TokenOutput,
    TokenPage,
    UserPage,
    mailbox,
)


class Caller(NamedTuple):
    """Who makes a request, and by which token."""

    id: UUID
    email: str
    created_at: datetime
    email_verified_at: datetime | None
    is_admin: bool
    token_digest: bytes


async def sign_up(
    database: Database, throttle: Throttle, credentials: Credentials, *, client: str, mails: bool
) -> User:
    """Add a user for a client, which may add only so many.

    client: the address that the request came from; mails: whether to mail a link by which the user
    shows that the address is theirs.
    Raises what `register` does, and TooManyAttempts.
    """
    await throttle.count_sign_up(client)
    return await register(database, credentials, mails=mails)


async def register(
    database: Database, credentials: Credentials, *, mails: bool = False, is_admin: bool = False
) -> User:
    """Add a user; raises Conflict where the address is taken, and Invalid for a common password."""
    password_hash = await judge_and_hash(credentials.password, credentials.email, "/password")
    user = User(email=credentials.email, password_hash=password_hash, is_admin=is_admin)
    try:
        async with database.write() as session:
            session.add(user)
            if mails:
                await session.flush()
                mail_verification.enqueue(session, str(user.id))
    except IntegrityError as error:
        raise Conflict("There is an account with this e-mail address.") from error
    return user


async def find(database: Database, email: str) -> User | None:
    """The user with this address."""
    async with database.read() as session:
        return await session.scalar(select(User).where(User.email == mailbox(email)))


async def make_admin(database: Database, user_id: UUID) -> None:
    """Let a user administrate."""
    async with database.write() as session:
        await session.execute(update(User).where(User.id == user_id).values(is_admin=True))


async def judge_and_hash(password: str, email: str, pointer: str) -> str:
    """The hash of a new password; raises Invalid for a common one, which is at that pointer."""
    if await asyncio.to_thread(is_common, password, email):
        text = "it is too easy to guess: a common one, or the address or our name, with little else"
        raise Invalid(text, pointer=pointer)
    return await asyncio.to_thread(hash_password, password)


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
        user = await session.scalar(select(User).where(User.email == sign_in.email))
    password_hash = user.password_hash if user else None
    if not await asyncio.to_thread(verify_password, sign_in.password, password_hash) or not user:
        await throttle.count_failure(sign_in.email, client)
        raise _wrong()
    # Others may have failed meanwhile: many attempts at once are no way round the limit.
    await throttle.check(sign_in.email, client)
    access_token = new_secret()
    expires_at = now() + timedelta(seconds=ttl_seconds)
    async with database.write() as session:
        await _keep_unchanged(session, user.id, user.password_hash, _wrong())
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
    return Caller(
        id=user.id,
        email=user.email,
        created_at=user.created_at,
        email_verified_at=user.email_verified_at,
        is_admin=user.is_admin,
        token_digest=token_digest,
    )


def check_admin(caller: Caller) -> None:
    """Raises Forbidden where the caller is no administrator."""
    if not caller.is_admin:
        raise Forbidden("Only administrators may do this.")


async def revoke(database: Database, token_digest: bytes) -> None:
    """Make a token worthless."""
    async with database.write() as session:
        await session.execute(delete(Token).where(Token.digest == token_digest))


async def revoke_one(database: Database, user_id: UUID, token_id: UUID | None) -> None:
    """Make one of a user's tokens worthless; raises NotFound."""
    statement = delete(Token).where(Token.user_id == user_id, Token.id == token_id)
    async with database.write() as session:
        revoked = await session.scalar(statement.returning(Token.id))
    if revoked is None:
        raise NotFound("There is no such token.")


async def revoke_all(database: Database, user_id: UUID) -> None:
    """Make all tokens of a user worthless."""
    async with database.write() as session:
        await session.execute(delete(Token).where(Token.user_id == user_id))


async def tokens(database: Database, caller: Caller, query: PageQuery) -> TokenPage:
    """A page of the caller's tokens, the newest first."""
    of_caller = Token.user_id == caller.id, Token.expires_at > now()
    statement = select(
        Token.id,
        Token.created_at,
        Token.expires_at,
        (Token.digest == caller.token_digest).label("is_current"),
    )
    statement = statement.where(*of_caller).order_by(Token.id.desc())
    if query.cursor is not None:
        statement = statement.where(Token.id < query.cursor)
    async with database.read() as session:
        found = (await session.execute(statement.limit(query.limit + 1))).all()
    return TokenPage.model_validate(paging.page(found, query.limit))


async def change_password(
    database: Database, throttle: Throttle, caller: Caller, change: PasswordChange, *, client: str
) -> None:
    """Change the caller's password, and make all other tokens worthless.

    client: the address that the request came from.
    Raises Invalid for a wrong or a common password, and TooManyAttempts.
    """
    current = await _check_password(
        database, throttle, caller, change.current_password, "/current_password", client=client
    )
    password_hash = await judge_and_hash(change.new_password, caller.email, "/new_password")
    others = delete(Token).where(Token.user_id == caller.id, Token.digest != caller.token_digest)
    async with database.write() as session:
        await _keep_unchanged(session, caller.id, current, _not_the_password("/current_password"))
        await session.execute(
            update(User).where(User.id == caller.id).values(password_hash=password_hash)
        )
        await session.execute(others)
        await session.execute(delete(Secret).where(Secret.user_id == caller.id))


async def delete_account(
    database: Database, throttle: Throttle, caller: Caller, deletion: Deletion, *, client: str
) -> None:
    """Delete the caller, with all that is theirs; raises what `change_password` does."""
    current = await _check_password(
        database, throttle, caller, deletion.password, "/password", client=client
    )
    async with database.write() as session:
        await _keep_unchanged(session, caller.id, current, _not_the_password("/password"))
        await session.execute(delete(User).where(User.id == caller.id))


async def users(database: Database, query: PageQuery) -> UserPage:
    """A page of all users, the newest first."""
    statement = select(User).order_by(User.id.desc())
    if query.cursor is not None:
        statement = statement.where(User.id < query.cursor)
    async with database.read() as session:
        found = (await session.scalars(statement.limit(query.limit + 1))).all()
    return UserPage.model_validate(paging.page(found, query.limit))


async def _check_password(
    database: Database,
    throttle: Throttle,
    caller: Caller,
    password: str,
    pointer: str,
    *,
    client: str,
) -> str:
    """The hash that the password has, which is to be the same when something is done with it."""
    # A wrong one counts as a failed sign-in: who has found a token may not try passwords for long.
    await throttle.check(caller.email, client)
    async with database.read() as session:
        found = await session.scalar(select(User.password_hash).where(User.id == caller.id))
    if not await asyncio.to_thread(verify_password, password, found) or not found:
        await throttle.count_failure(caller.email, client)
        raise _not_the_password(pointer)
    return found


async def _keep_unchanged(
    session: AsyncSession, user_id: UUID, password_hash: str, error: DomainError
) -> None:
    """Lock a user; raises the error where the password has another hash since it was looked at."""
    unchanged = select(User.id).where(User.id == user_id, User.password_hash == password_hash)
    if await session.scalar(unchanged.with_for_update()) is None:
        raise error


def _not_the_password(pointer: str) -> Invalid:
    return Invalid("it is not the password of this account", pointer=pointer)


def _wrong() -> Unauthorized:
    return Unauthorized("The e-mail address or the password is wrong.")
