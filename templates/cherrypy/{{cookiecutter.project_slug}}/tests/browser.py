"""A browser for the pages, which has cookies and sends forms."""

import re
from collections.abc import Callable
from typing import Any

import httpx

CREDENTIALS = {"email": "ada@example.com", "password": "correct horse battery"}
WRONG = {**CREDENTIALS, "password": "wrong"}


def client_of(app: Callable[..., Any], **options: Any) -> httpx.Client:
    return httpx.Client(
        transport=httpx.WSGITransport(app=app), base_url="http://testserver", **options
    )


class Browser:
    """Somebody who looks at pages: has cookies, and sends forms with what is hidden in them."""

    def __init__(self, app: Callable[..., Any], at: str = "") -> None:
        self.client = client_of(app, follow_redirects=True)
        self.at = at

    def look(self) -> httpx.Response:
        return self.client.get(f"{self.at}/account")

    def csrf_token(self) -> str:
        # The same in each form of a page.
        [token] = set(re.findall(r'name="csrf_token" value="([^"]+)"', self.look().text))
        return str(token)

    def submit(self, form: str, **fields: Any) -> httpx.Response:
        hidden = {"csrf_token": self.csrf_token()}
        return self.client.post(f"{self.at}/account/{form}", data=hidden | fields)

    def sign_in(self) -> httpx.Response:
        return self.submit("sign_in", **CREDENTIALS)

    @property
    def token(self) -> str:
        """The access token, as the cookie has it."""
        return self.client.cookies["access_token"]
