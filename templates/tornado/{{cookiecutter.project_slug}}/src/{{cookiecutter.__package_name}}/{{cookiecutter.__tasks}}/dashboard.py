"""The dashboard: a page that shows one's tasks, and each change to them as it happens."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError
from tornado import locale
from tornado.locale import Locale
from tornado.web import UIModule, authenticated

from ..accounts import use_cases as accounts
from ..accounts.schemas import SignIn
from ..infrastructure.api.application import route
from ..infrastructure.api.problems import headers_of, status_of
from ..infrastructure.errors import TooManyAttempts, Unauthorized
from ..infrastructure.events.conversation import READY
from ..infrastructure.events.hub import Subscriber
from ..infrastructure.events.sockets import SocketHandler
from ..services import Handler
from . import use_cases
from .events import TaskEvent
from .pages import AssetHandler, PageHandler, get_session_caller
from .schemas import TaskOutput, TaskPage, TaskQuery

# No more than one page of the newest ones.
_SHOWN = TaskQuery(limit=100)
_OWN_PATH = re.compile(r"(/[\w-]+)+")


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
        page = await _shown(self, self.current_user)
        self.render("tasks/templates/dashboard.html", tasks=page.items)


class SignInHandler(PageHandler):
    """The form to sign in; Tornado leads to it, see `login_url` below."""

    def get(self) -> None:
        """The form."""
        self.render("tasks/templates/sign_in.html", email="", message="")

    async def post(self) -> None:
        """Sign in, or say why not."""
        services, email = self.services, self.get_body_argument("email", "")
        try:
            token = await accounts.sign_in(
                services.database,
                services.throttle,
                SignIn(email=email, password=self.get_body_argument("password", "", strip=False)),
                client=self.request.remote_ip or "",
                ttl_seconds=services.settings.token_ttl_seconds,
            )
        except (Unauthorized, ValidationError):
            self._refuse(403, email, "The e-mail address or the password is wrong.")
        except TooManyAttempts as error:
            for name, value in headers_of(error).items():
                self.set_header(name, value)
            self._refuse(status_of(error), email, "Too many failed attempts; try again later.")
        else:
            self.start_session(token)
            self.redirect(self._next(), status=303)

    def _refuse(self, status: int, email: str, message: str) -> None:
        self.set_status(status)
        self.render(
            "tasks/templates/sign_in.html", email=email, message=self.locale.translate(message)
        )

    def _next(self) -> str:
        """The page that was asked for before, if it is one of ours."""
        path = self.get_query_argument("next", "")
        is_own = _OWN_PATH.fullmatch(path)
        return self.prefix + path if is_own else self.reverse_url("dashboard")


class SignOutHandler(PageHandler):
    """Where the button to sign out leads."""

    @authenticated
    async def post(self) -> None:
        """Sign out."""
        await self.end_session(self.current_user)
        self.redirect(self.reverse_url("sign-in"), status=303)


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
    route("/dashboard/sign-in", SignInHandler, name="sign-in"),
    route("/dashboard/sign-out", SignOutHandler, name="sign-out"),
    route("/dashboard/events", DashboardEventsHandler, name="dashboard-events"),
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
