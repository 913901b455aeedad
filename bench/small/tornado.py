"""A small ordinary endpoint, as a feature of a project."""

from ..accounts.auth import ApiHandler
from ..infrastructure.api.application import route


class SmallHandler(ApiHandler):
    """A small answer."""

    def get(self) -> None:
        """Answer."""
        self.write({"hello": "world"})


RULES = [route("/api/v1/small", SmallHandler)]
