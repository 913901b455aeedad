"""Tornado and nothing else: what the template's production stack is compared with."""

import asyncio
import os
from uuid import UUID

import uvloop
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from tables import Task, owner_of
from tornado.web import Application, RequestHandler

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
            owner = (await session.scalars(owner_of(token))).one()
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
