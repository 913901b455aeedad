"""The dashboard: a page that shows one's tasks, and each change to them as it happens."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError
from tornado import locale
from tornado.locale import Locale
from tornado.web import UIModule, authenticated

from ..infrastructure.api.application import route
from ..infrastructure.api.fields import path_id
from ..infrastructure.errors import Unauthorized
from ..infrastructure.events.conversation import READY
from ..infrastructure.events.hub import Subscriber
from ..infrastructure.events.sockets import SocketHandler
from ..services import Handler
from . import account, sign_in, use_cases
from .events import TaskEvent, publish
from .pages import AssetHandler, PageHandler, get_session_caller
from .schemas import TaskInput, TaskOutput, TaskPage, TaskQuery

# No more than one page of the newest ones.
_SHOWN = TaskQuery(limit=100)


class TaskRow(UIModule):
    """A task, as a row of the list."""

    def render(self, task: TaskOutput) -> bytes:
        """The row, in the language of the page."""
        return self.render_string("tasks/templates/task.html", task=task)


class TaskList(UIModule):
    """All tasks; brings along what keeps them up to date."""

    def render(self, shown: Sequence[TaskOutput]) -> bytes:
        """The list."""
        return self.render_string("tasks/templates/tasks.html", tasks=shown)

    def javascript_files(self) -> list[str]:
        """What Tornado adds to the page."""
        return ["dashboard.js"]


async def _shown(handler: Handler, caller: Subscriber) -> TaskPage:
    return await use_cases.page(handler.services.database, caller.id, _SHOWN)


class DashboardHandler(PageHandler):
    """The page itself."""

    @authenticated
    async def get(self) -> None:
        """One's tasks, the newest first."""
        await self._show()

    @authenticated
    async def post(self) -> None:
        """Add a task, which open pages hear of; where there is no script, it is on the next."""
        caller, title = self.current_user, self.get_body_argument("title", "")
        try:
            new = TaskInput(title=title)
        except ValidationError:
            self.set_status(422)
            return await self._show(title, "A title has 1 to 200 characters.")
        task = await use_cases.add(self.services.database, caller.id, new)
        await publish(self.services.hub, caller.id, "task.created", task)
        self.redirect(self.reverse_url("dashboard"), status=303)

    async def _show(self, title: str = "", message: str = "") -> None:
        page = await _shown(self, self.current_user)
        self.render(
            "tasks/templates/dashboard.html",
            tasks=page.items,
            title=title,
            message=message and self.locale.translate(message),
        )


class FinishHandler(PageHandler):
    """Where the buttons of the tasks lead."""

    @authenticated
    async def post(self) -> None:
        """Finish a task."""
        caller, task_id = self.current_user, path_id(self.get_body_argument("id", ""))
        task = await use_cases.change(self.services.database, caller.id, task_id, {"done": True})
        await publish(self.services.hub, caller.id, "task.updated", task)
        self.redirect(self.reverse_url("dashboard"), status=303)


class DashboardEventsHandler(SocketHandler, Handler):
    """What happens to the tasks on the page.

    The cookie says whose they are, so no script ever has a token. For the same reason pages of
    other origins may not connect: that is Tornado's `check_origin`, left as it is.
    """

    async def prepare(self) -> None:
        """Look who is signed in; raises Unauthorized."""
        self.caller = await get_session_caller(self)
        if self.caller is None:
            raise Unauthorized("Nobody is signed in.")

    def get_user_locale(self) -> Locale:
        """The language of the page, which is not always said when a WebSocket is opened."""
        return locale.get(self.get_query_argument("locale", ""))

    async def describe(self, message: str) -> str:
        """The message as the page's script takes it: with the rows as HTML.

        At first these are all tasks, as something may have been missed before.
        """
        if message == READY:
            assert self.caller
            row = TaskRow(self)
            page = await _shown(self, self.caller)
            rows = b"".join(row.render(task) for task in page.items)
            return _json({"type": "ready", "html": rows.decode()})
        event = TaskEvent.model_validate_json(message)
        html = TaskRow(self).render(event.task)
        return _json({"type": event.type, "id": event.task.id, "html": html.decode()})


def _json(members: dict[str, Any]) -> str:
    return orjson.dumps(members).decode()


RULES = [
    route("/dashboard", DashboardHandler, name="dashboard"),
    route("/dashboard/finish", FinishHandler, name="finish"),
    route("/dashboard/events", DashboardEventsHandler, name="dashboard-events"),
    *sign_in.RULES,
    *account.RULES,
]

# What `create_app` hands to Tornado.
_HERE = Path(__file__).parent
SETTINGS = {
    "ui_modules": {"TaskRow": TaskRow, "TaskList": TaskList},
    "static_path": str(_HERE / "static"),
    "static_handler_class": AssetHandler,
    "translations": str(_HERE / "translations"),
    "login_url": "/dashboard/sign-in",
    "links": {"dashboard": "Your tasks, live"},
}
