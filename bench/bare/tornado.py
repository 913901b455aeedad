# /// script
# dependencies = [
#     "argon2-cffi",
#     "psycopg[binary]",
#     "sqlalchemy[asyncio]",
#     "tornado",
#     "uuid-utils",
#     "uvloop",
# ]
# ///
"""Tornado and nothing else: what the template's production stack is compared with."""

import asyncio
import json
import os
from uuid import UUID

import uvloop
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from tables import POOL, Task, User, new_token, owner_of, page_of, shown, task_of, user_with
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketHandler

engine = create_async_engine(os.environ["BENCH_DATABASE_URL"], **POOL)
# What they return may be read after the commit.
opened = async_sessionmaker(engine, expire_on_commit=False)


class SmallHandler(RequestHandler):
    """A small answer."""

    def get(self) -> None:
        """Answer."""
        self.write({"hello": "world"})


class OwnedHandler(RequestHandler):
    """What needs a token."""

    async def owner(self, session: AsyncSession) -> User:
        """Whose token the request has."""
        token = self.request.headers["Authorization"].removeprefix("Bearer ")
        return (await session.scalars(owner_of(token))).one()


class TaskHandler(OwnedHandler):
    """A task."""

    async def get(self, task_id: str) -> None:
        """A task of whose token it is."""
        async with opened() as session:
            found = await session.scalars(task_of(await self.owner(session), UUID(task_id)))
            self.write(shown(found.one()))


class TasksHandler(OwnedHandler):
    """All tasks."""

    async def get(self) -> None:
        """The newest tasks."""
        async with opened() as session:
            found = await session.scalars(page_of(await self.owner(session)))
            self.write({"items": [shown(task) for task in found]})

    async def post(self) -> None:
        """Add a task."""
        given = json.loads(self.request.body)
        async with opened() as session:
            task = Task(user_id=(await self.owner(session)).id, title=given["title"])
            session.add(task)
            await session.commit()
        self.set_status(201)
        self.write(shown(task))


class TokensHandler(RequestHandler):
    """Access tokens."""

    async def post(self) -> None:
        """Sign in."""
        given = json.loads(self.request.body)
        async with opened() as session:
            user = (await session.scalars(user_with(given["email"]))).one()
            access_token, kept = await asyncio.to_thread(new_token, user, given["password"])
            session.add(kept)
            await session.commit()
        self.set_status(201)
        self.write({"access_token": access_token})


class EventsHandler(WebSocketHandler):
    """A live socket."""

    async def on_message(self, _message: str | bytes) -> None:
        """Say that it is open."""
        await self.write_message({"type": "ready"})


RULES = [
    (r"/api/v1/small", SmallHandler),
    (r"/api/v1/tasks/([^/]+)", TaskHandler),
    (r"/api/v1/tasks", TasksHandler),
    (r"/api/v1/tokens", TokensHandler),
    (r"/api/v1/events", EventsHandler),
]


async def main() -> None:
    """Serve on PORT, without Tornado's access log: the template's own is what is measured."""
    app = Application(RULES, log_function=lambda _handler: None)
    app.listen(int(os.environ["PORT"]), "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
