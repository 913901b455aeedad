"""What the service's own tables have, for the bare frameworks that read them by SQLAlchemy."""

from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Select, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The declarative base."""


class User(Base):
    """The columns that the service's own table has."""

    __tablename__ = "users"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str]


class Token(Base):
    """What is kept of a user's access tokens."""

    __tablename__ = "tokens"
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Task(Base):
    """Something to be done."""

    __tablename__ = "tasks"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str]
    done: Mapped[bool]


def owner_of(access_token: str) -> Select[tuple[User]]:
    """Whose token it is, as long as it is valid."""
    digest = sha256(access_token.encode()).digest()
    owner = select(User).join(Token, Token.user_id == User.id)
    return owner.where(Token.digest == digest, Token.expires_at > datetime.now(UTC))
