"""What the service's own tables have, for the bare frameworks that use them by SQLAlchemy."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import DateTime, ForeignKey, Select, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7

# As many connections as the services may have.
POOL = {"pool_size": 10, "max_overflow": 10}


class Base(DeclarativeBase):
    """The declarative base."""

    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012  # as its documentation


def now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


class User(Base):
    """The columns that the service's own table has."""

    __tablename__ = "users"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str]
    password_hash: Mapped[str]


class Token(Base):
    """What is kept of a user's access tokens."""

    __tablename__ = "tokens"
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(default=uuid7)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class Task(Base):
    """Something to be done."""

    __tablename__ = "tasks"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str]
    done: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


def owner_of(access_token: str) -> Select[tuple[User]]:
    """Whose token it is, as long as it is valid."""
    digest = sha256(access_token.encode()).digest()
    owner = select(User).join(Token, Token.user_id == User.id)
    return owner.where(Token.digest == digest, Token.expires_at > now())


def task_of(user: User, task_id: UUID) -> Select[tuple[Task]]:
    """One of a user's tasks."""
    return select(Task).where(Task.id == task_id, Task.user_id == user.id)


def page_of(user: User) -> Select[tuple[Task]]:
    """A user's newest tasks."""
    return select(Task).where(Task.user_id == user.id).order_by(Task.id.desc()).limit(20)


def user_with(email: str) -> Select[tuple[User]]:
    """Who has this address."""
    return select(User).where(User.email == email)


def new_token(user: User, password: str) -> tuple[str, Token]:
    """An access token and what is kept of it; raises where it is not the user's password."""
    PasswordHasher().verify(user.password_hash, password)
    access_token = token_urlsafe(32)
    digest = sha256(access_token.encode()).digest()
    kept = Token(digest=digest, user_id=user.id, expires_at=now() + timedelta(days=1))
    return access_token, kept


def shown(task: Task) -> dict[str, object]:
    """A task as JSON has it."""
    return {"id": str(task.id), "title": task.title, "done": task.done}
