# /// script
# dependencies = [
#     "argon2-cffi",
#     "cherrypy",
#     "granian",
#     "psycopg[binary]",
#     "sqlalchemy",
#     "uuid-utils",
# ]
# ///
"""CherryPy and nothing else: what the template's production stack is compared with."""

import os
from types import SimpleNamespace
from uuid import UUID

import cherrypy
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker
from tables import POOL, Task, User, new_token, owner_of, page_of, shown, task_of, user_with


def owner(session: Session) -> User:
    """Whose token the request has."""
    token = cherrypy.request.headers["Authorization"].removeprefix("Bearer ")
    return session.scalars(owner_of(token)).one()


@cherrypy.expose
@cherrypy.tools.json_out()
class Small:
    """A small answer."""

    def GET(self) -> dict[str, str]:
        """Answer."""
        return {"hello": "world"}


@cherrypy.expose
@cherrypy.tools.json_in()
@cherrypy.tools.json_out()
class Tasks:
    """The rows of the table."""

    def GET(self, task_id: str | None = None) -> dict[str, object]:
        """A task of whose token it is, or the newest ones."""
        with opened() as session:
            user = owner(session)
            if task_id is not None:
                return shown(session.scalars(task_of(user, UUID(task_id))).one())
            return {"items": [shown(task) for task in session.scalars(page_of(user))]}

    def POST(self) -> dict[str, object]:
        """Add a task."""
        cherrypy.response.status = 201
        with opened() as session:
            task = Task(user_id=owner(session).id, title=cherrypy.request.json["title"])
            session.add(task)
            session.commit()
            return shown(task)


@cherrypy.expose
@cherrypy.tools.json_in()
@cherrypy.tools.json_out()
class Tokens:
    """Access tokens."""

    def POST(self) -> dict[str, object]:
        """Sign in."""
        cherrypy.response.status = 201
        given = cherrypy.request.json
        with opened() as session:
            user = session.scalars(user_with(given["email"])).one()
            access_token, kept = new_token(user, given["password"])
            session.add(kept)
            session.commit()
        return {"access_token": access_token}


cherrypy.config.update({"environment": "embedded"})
engine = create_engine(os.environ["BENCH_DATABASE_URL"], **POOL)
# What they return may be read after the commit.
opened = sessionmaker(engine, expire_on_commit=False)
resources = SimpleNamespace(small=Small(), tasks=Tasks(), tokens=Tokens())
app = cherrypy.Application(
    SimpleNamespace(api=SimpleNamespace(v1=resources)),
    script_name="",
    config={"/": {"request.dispatch": cherrypy.dispatch.MethodDispatcher()}},
)
# The template's own access log is what is measured.
app.log.access = lambda: None
