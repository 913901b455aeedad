"""CherryPy and nothing else: what the template's production stack is compared with."""

import os
from datetime import UTC, datetime
from hashlib import sha256
from types import SimpleNamespace
from uuid import UUID

import cherrypy
from sqlalchemy import DateTime, ForeignKey, Select, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


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


@cherrypy.expose
@cherrypy.tools.json_out()
class Small:
    """A small answer."""

    def GET(self) -> dict[str, str]:
        """Answer."""
        return {"hello": "world"}


@cherrypy.expose
@cherrypy.tools.json_out()
class Tasks:
    """The rows of the table."""

    def GET(self, task_id: str) -> dict[str, object]:
        """A task of whose token it is."""
        token = cherrypy.request.headers["Authorization"].removeprefix("Bearer ")
        with Session(engine) as session:
            owner = session.scalars(owner_of(sha256(token.encode()).digest())).one()
            mine = select(Task).where(Task.id == UUID(task_id), Task.user_id == owner.id)
            task = session.scalars(mine).one()
            return {"id": str(task.id), "title": task.title, "done": task.done}


cherrypy.config.update({"environment": "embedded"})
engine = create_engine(os.environ["BENCH_DATABASE_URL"])
app = cherrypy.Application(
    SimpleNamespace(api=SimpleNamespace(v1=SimpleNamespace(small=Small(), tasks=Tasks()))),
    script_name="",
    config={"/": {"request.dispatch": cherrypy.dispatch.MethodDispatcher()}},
)
