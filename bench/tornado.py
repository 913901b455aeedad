"""Tornado and nothing else: what the template's production stack is compared with."""

import asyncio
import os
from uuid import UUID

import uvloop
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from tornado.web import Application, RequestHandler


class Base(DeclarativeBase):
    """The declarative base."""


class Task(Base):
    """The columns that the service's own table has."""

    __tablename__ = "tasks"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str]
    done: Mapped[bool]


engine = create_async_engine(os.environ["BENCH_DATABASE_URL"])


class LiveHandler(RequestHandler):
    """The process answers."""

    def get(self) -> None:
        """Answer."""
        self.write({"status": "ok"})


class TaskHandler(RequestHandler):
    """A task."""

    async def get(self, task_id: str) -> None:
        """One row by its primary key."""
        async with AsyncSession(engine) as session:
            task = await session.get_one(Task, UUID(task_id))
        self.write({"id": str(task.id), "title": task.title, "done": task.done})


async def main() -> None:
    """Serve on PORT, without Tornado's access log: the template's own is what is measured."""
    rules = [(r"/livez", LiveHandler), (r"/api/v1/tasks/([^/]+)", TaskHandler)]
    app = Application(rules, log_function=lambda _handler: None)
    app.listen(int(os.environ["PORT"]), "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
