"""What tests of the application begin with: the application, served, and accounts."""

import asyncio
import json
import logging
import re
from collections.abc import Mapping
from contextlib import AsyncExitStack
from email.message import EmailMessage
from functools import partial
from http.cookies import SimpleCookie
from itertools import count
from typing import Any
from urllib.parse import urlencode

import pytest
from jobs import do_jobs
from pydantic import SecretStr
from tornado.httpclient import HTTPRequest, HTTPResponse
from tornado.testing import AsyncHTTPTestCase
from tornado.websocket import WebSocketClientConnection, websocket_connect

from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.api.application import (
    Service,
)
from {{ cookiecutter.__package_name }}.services import Services
from {{ cookiecutter.__package_name }}.web.app import create_app

JSON = {"Content-Type": "application/json"}
PASSWORD = "correct horse battery"
PATIENCE_SECONDS = 10


class ServiceTestCase(AsyncHTTPTestCase):
    """Serves the application, on an empty database, for the client of Tornado's test case."""

    app: Service

    @pytest.fixture(autouse=True)
    def _given(
        self,
        database_url: str,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        self.database_url = database_url
        self.monkeypatch = monkeypatch
        self.caplog = caplog
        self.numbers = count(1)
        self.cookies: dict[str, str] = {}

    def get_settings(self) -> Settings:
        """What the application is set to; override it to set something otherwise."""
        url = SecretStr(self.database_url)
        return Settings(app_env="test", log_format="json", database_url=url)

    def get_app(self) -> Service:
        """What Tornado serves; put others in `app.settings["services"]` to replace a service."""
        self.app = create_app(self.get_settings())
        return self.app

    def setUp(self) -> None:
        super().setUp()
        self._sockets: list[WebSocketClientConnection] = []
        self._stack = AsyncExitStack()
        self.io_loop.run_sync(lambda: self._stack.enter_async_context(self.app.running()))

    def tearDown(self) -> None:
        for socket in self._sockets:
            socket.close()
        self.io_loop.run_sync(self._stack.aclose)
        super().tearDown()

    def call(
        self, method: str, path: str, body: Any = None, token: str = "", **headers: str
    ) -> HTTPResponse:
        """Send a request, with JSON if there is a body."""
        given = {"Authorization": f"Bearer {token}"} if token else {}
        content = None if body is None else json.dumps(body)
        return self.fetch(
            path,
            method=method,
            body=content,
            headers={**(JSON if body is not None else {}), **given, **headers},
            allow_nonstandard_methods=True,
            follow_redirects=False,
        )

    def sign_up(self) -> str:
        """Make an account; gives an access token."""
        account = {"email": f"user{next(self.numbers)}@example.com", "password": PASSWORD}
        assert self.call("POST", "/api/v1/users", account).code == 201
        return str(read(self.call("POST", "/api/v1/tokens", account))["access_token"])

    def mails(self) -> list[EmailMessage]:
        """Do the jobs that are due; gives the mails that they send."""
        services: Services = self.app.settings["services"]
        doing = partial(do_jobs, services.settings, services.database)
        mails: list[EmailMessage] = self.io_loop.run_sync(doing)
        return mails

    @property
    def cookie(self) -> str:
        """What a browser sends."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def browse(
        self,
        path: str,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HTTPResponse:
        """As a browser does: with cookies, and without following redirects."""
        response = self.fetch(
            path,
            method="GET" if form is None else "POST",
            body=None if form is None else urlencode(form),
            headers={"Cookie": self.cookie, **(headers or {})},
            follow_redirects=False,
        )
        for header in response.headers.get_list("Set-Cookie"):
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        return response

    def connect(self, path: str, **headers: str) -> WebSocketClientConnection:
        """Open a WebSocket, which is closed after the test."""
        request = HTTPRequest(self.get_url(path).replace("http", "ws", 1), headers=headers)
        socket: WebSocketClientConnection = self.io_loop.run_sync(
            lambda: websocket_connect(request), PATIENCE_SECONDS
        )
        self._sockets.append(socket)
        return socket

    def hear(self, socket: WebSocketClientConnection) -> Any:
        """The next message, which is JSON; None where the socket has been closed instead."""
        message = self.io_loop.run_sync(socket.read_message, PATIENCE_SECONDS)
        return None if message is None else json.loads(message)

    async def until_idle(self, *, idle: bool = True) -> None:
        """Wait until the application has nothing to wait for, or has."""
        while self.app.is_idle is not idle:  # noqa: ASYNC110  # nobody tells of it
            await asyncio.sleep(0.01)

    def errors(self) -> list[logging.LogRecord]:
        """What has been logged as an error."""
        return [each for each in self.caplog.records if each.levelname == "ERROR"]


def xsrf(page: HTTPResponse) -> str:
    """What a form has against those of other sites."""
    token = re.findall(r'name="_xsrf" value="([^"]+)"', page.body.decode())[-1]
    return str(token)


def read(response: HTTPResponse) -> Any:
    """The JSON of an answer."""
    return json.loads(response.body)
