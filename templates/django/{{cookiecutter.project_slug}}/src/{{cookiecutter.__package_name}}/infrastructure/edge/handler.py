"""Django's handler of WSGI requests, for HEAD, and bodies whose length nobody has declared."""

from wsgiref.types import WSGIEnvironment

from django.core.exceptions import RequestDataTooBig
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

from .wsgi import BodyTooLarge


class Request(WSGIRequest):
    """A request that may be one of HEAD, or have a body of a length that nobody has declared."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        super().__init__(environ)
        if self.method == "HEAD":
            # Django Ninja has only GET; the edge leaves the body out.
            self.method = "GET"
        if not environ.get("CONTENT_LENGTH") and (
            "HTTP_TRANSFER_ENCODING" in environ or environ["SERVER_PROTOCOL"] > "HTTP/1.1"
        ):
            # Django would read nothing; but the server knows where the body ends.
            self._stream = environ["wsgi.input"]

    def read(self, size: int | None = -1, /) -> bytes:
        """Called for all ways to read; raises RequestDataTooBig, of which Django knows."""
        try:
            return super().read(size)
        except BodyTooLarge as error:
            raise RequestDataTooBig("The request body is too large.") from error


class Handler(WSGIHandler):
    """Django's own, with such requests."""

    request_class = Request
