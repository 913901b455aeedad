"""Sanic and nothing else: what the template's production stack is compared with."""

import os
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from sanic import HTTPResponse, Request, Sanic, json
from sqlalchemy import DateTime, ForeignKey, Select, select
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


def owner_of(digest: bytes) -> Select[tuple[User]]:
    """Whose token it is, as long as it is valid."""
    owner = select(User).join(Token, Token.user_id == User.id)
    return owner.where(Token.digest == digest, Token.expires_at > datetime.now(UTC))


app = Sanic("bare")
engine = create_async_engine(os.environ["BENCH_DATABASE_URL"])


@app.get("/api/v1/small")
async def small(_request: Request) -> HTTPResponse:
    """Answer."""
    return json({"hello": "world"})


@app.get("/api/v1/tasks/<task_id:uuid>")
async def get_task(request: Request, task_id: UUID) -> HTTPResponse:
    """A task of whose token it is."""
    token = request.headers["authorization"].removeprefix("Bearer ")
    async with AsyncSession(engine) as session:
        owner = (await session.scalars(owner_of(sha256(token.encode()).digest()))).one()
        mine = select(Task).where(Task.id == task_id, Task.user_id == owner.id)
        task = (await session.scalars(mine)).one()
    return json({"id": str(task.id), "title": task.title, "done": task.done})


if __name__ == "__main__":
    # One process, as the service's worker is.
    app.run(port=int(os.environ["PORT"]), single_process=True, motd=False)
