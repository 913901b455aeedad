"""The resource that stands for any other, where a test needs something to create."""

import json
from argparse import ArgumentTypeError
from dataclasses import dataclass
from typing import Any, Self

from .client import new_email, new_password

# What every service lets one read with a token; of others, no more than their POST is known.
READABLE = "/api/v1/users/me"


@dataclass(frozen=True)
class Resource:
    """Where one is created by POST and what is sent; and what may be read with a token."""

    path: str
    readable: str
    example: dict[str, Any] | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """A resource given as `/api/v1/notes={"text": "x"}`."""
        path, _, body = text.partition("=")
        try:
            example = json.loads(body)
        except ValueError as error:
            raise ArgumentTypeError(f"{body!r} is no JSON: {error}") from None
        if not path.startswith("/") or not isinstance(example, dict):
            raise ArgumentTypeError("it is written PATH={…}")
        return cls(path, READABLE, example)

    def new(self) -> dict[str, Any]:
        """A valid body."""
        return self.example or {"email": new_email(), "password": new_password()}

    def body(self, size: int = 0) -> bytes:
        """The same as JSON, filled up with blanks."""
        return json.dumps(self.new()).encode().ljust(size)

    def at(self, path: str) -> str:
        """The path with ours put in for `{resource}` or `{readable}`."""
        return path.format(resource=self.path, readable=self.readable)


TASKS = Resource("/api/v1/tasks", "/api/v1/tasks", {"title": "x"})
# Which every service has; but no token is needed to create one.
USERS = Resource("/api/v1/users", READABLE, None)
