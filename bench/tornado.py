"""Tornado and nothing else: what the template's production stack is compared with."""

import asyncio
import os
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import uvloop
from sqlalchemy import DateTime, ForeignKey, Select, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from tornado.web import Application, RequestHandler


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


engine = create_async_engine(os.environ["BENCH_DATABASE_URL"])


class SmallHandler(RequestHandler):
    """A small answer."""

    def get(self) -> None:
        """Answer."""
        self.write({"hello": "world"})


class TaskHandler(RequestHandler):
    """A task."""

    async def get(self, task_id: str) -> None:
        """A task of whose token it is."""
        token = self.request.headers["Authorization"].removeprefix("Bearer ")
        async with AsyncSession(engine) as session:
            owner = (await session.scalars(owner_of(sha256(token.encode()).digest()))).one()
            mine = select(Task).where(Task.id == UUID(task_id), Task.user_id == owner.id)
            task = (await session.scalars(mine)).one()
        self.write({"id": str(task.id), "title": task.title, "done": task.done})


async def main() -> None:
    """Serve on PORT, without Tornado's access log: the template's own is what is measured."""
    rules = [(r"/api/v1/small", SmallHandler), (r"/api/v1/tasks/([^/]+)", TaskHandler)]
    app = Application(rules, log_function=lambda _handler: None)
    app.listen(int(os.environ["PORT"]), "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
