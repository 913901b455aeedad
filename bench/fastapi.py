"""FastAPI and nothing else: what the template's production stack is compared with."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from sqlalchemy import DateTime, ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
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


class Small(BaseModel):
    """A small answer."""

    hello: str


class TaskOutput(BaseModel):
    """A task."""

    id: UUID
    title: str
    done: bool


app = FastAPI()
engine = create_async_engine(os.environ["BENCH_DATABASE_URL"])


async def get_session() -> AsyncIterator[AsyncSession]:
    """A session, the way FastAPI's documentation shows it."""
    async with AsyncSession(engine) as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_session)]


async def get_owner(
    session: SessionDep, bearer: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]
) -> User:
    """Whose token it is."""
    digest = sha256(bearer.credentials.encode()).digest()
    owner = select(User).join(Token, Token.user_id == User.id)
    valid = owner.where(Token.digest == digest, Token.expires_at > datetime.now(UTC))
    return (await session.scalars(valid)).one()


@app.get("/api/v1/small")
async def small() -> Small:
    """Answer."""
    return Small(hello="world")


@app.get("/api/v1/tasks/{task_id}", response_model=TaskOutput)
async def get_task(
    task_id: UUID, session: SessionDep, owner: Annotated[User, Depends(get_owner)]
) -> object:
    """A task of whose token it is."""
    mine = select(Task).where(Task.id == task_id, Task.user_id == owner.id)
    return (await session.scalars(mine)).one()
