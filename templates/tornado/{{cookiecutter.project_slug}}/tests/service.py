"""What tests of the application begin with: the application, served, and accounts."""

import json
from contextlib import AsyncExitStack
from itertools import count
from typing import Any

import pytest
from pydantic import SecretStr
from tornado.httpclient import HTTPResponse
from tornado.testing import AsyncHTTPTestCase

from {{ cookiecutter.__package_name }}.config import Settings
from {{ cookiecutter.__package_name }}.infrastructure.api.application import (
    Service,
)
from {{ cookiecutter.__package_name }}.web.app import create_app

JSON = {"Content-Type": "application/json"}
PASSWORD = "correct horse battery"


class ServiceTestCase(AsyncHTTPTestCase):
    """Serves the application, on an empty database, for the client of Tornado's test case.

    settings: what the application is set to beside that.
    """

    settings: dict[str, Any] = {}  # noqa: RUF012  # replaced by a class, as a whole
    app: Service

    @pytest.fixture(autouse=True)
    def _given(self, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.database_url = database_url
        self.monkeypatch = monkeypatch
        self.numbers = count(1)

    def get_app(self) -> Service:
        """What Tornado serves."""
        given = {"app_env": "test", "log_format": "json", **self.settings}
        self.app = create_app(Settings(database_url=SecretStr(self.database_url), **given))
        return self.app

    def setUp(self) -> None:
        super().setUp()
        self._stack = AsyncExitStack()
        self.io_loop.run_sync(lambda: self._stack.enter_async_context(self.app.running()))

    def tearDown(self) -> None:
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


def read(response: HTTPResponse) -> Any:
    """The JSON of an answer."""
    return json.loads(response.body)
