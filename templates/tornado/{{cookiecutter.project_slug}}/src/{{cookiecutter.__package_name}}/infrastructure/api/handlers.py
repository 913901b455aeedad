"""What the handlers have in common: errors become problem details here, and nowhere else."""

from types import TracebackType
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, TypeAdapter
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler, stream_request_body

from ..errors import DomainError
from ..observability.logs import request_id
from . import inputs
from .inputs import JSON, MERGE_PATCH
from .problems import MEDIA_TYPE, answer_to, problem

Input = TypeVar("Input")


class BaseHandler(RequestHandler):
    """A handler whose errors are problems."""

    route: str | None = None
    # Where it is not the setting's, as of one with `@stream_request_body` that keeps a file.
    max_body_bytes: int | None = None

    def initialize(self, route: str | None = None) -> None:
        """route: the template of the rule that matched, if any; for metrics, logs and traces."""
        self.route = route

    @property
    def prefix(self) -> str:
        """What a proxy of ours has taken away from the beginning of the path."""
        prefix: str = self.request.prefix  # type: ignore[attr-defined]  # `application.py` has set it
        return prefix

    def reverse_url(self, name: str, *args: Any) -> str:
        """The address of a rule, as clients know it."""
        return self.prefix + super().reverse_url(name, *args)

    def static_url(self, path: str, include_host: bool | None = None, **kwargs: Any) -> str:
        """The address of a static file, as clients know it."""
        return self.prefix + super().static_url(path, include_host, **kwargs)

    def get_login_url(self) -> str:
        """Where Tornado leads who is not signed in."""
        return self.prefix + super().get_login_url()

    def head(self, *arguments: str) -> Any:
        """As `get`; Tornado leaves out the body."""
        return self.get(*arguments)

    def compute_etag(self) -> str | None:
        """None, as nothing is to be kept by the client: `Cache-Control` says so."""
        return None

    def decode_argument(self, value: bytes, name: str | None = None) -> str:
        """A part of the path: what is no UTF-8 is just nothing that there is."""
        return value.decode(errors="replace")

    def check_xsrf_cookie(self) -> None:
        """As Tornado does, but for a method that is refused anyway."""
        if self.request.method in _allowed(type(self)):
            super().check_xsrf_cookie()

    def problem(self, status: int, **members: Any) -> bytes:
        """Make the answer a problem; returns its body."""
        self.set_status(status)
        self.set_header("Content-Type", MEDIA_TYPE)
        identity = request_id.get() or ""
        return orjson.dumps(
            problem(
                status,
                instance=self.prefix + self.request.path,
                request_id=identity,
                **members,
            )
        )

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Answer with an error, or break off what has been begun: that, too, ends the request."""
        super().send_error(status_code, **kwargs)
        if not self._finished:
            self.application.log_request(self)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with a problem for what has been raised."""
        match kwargs.get("exc_info", (None, None, None))[1]:
            case DomainError() as error:
                status, headers, members = answer_to(error)
                for name, value in headers.items():
                    self.set_header(name, value)
                body = self.problem(status, **members)
            case HTTPError(reason=str() as reason):
                body = self.problem(status_code, detail=reason)
            case _:
                body = self.problem(status_code)
        if status_code == 405:
            self.set_header("Allow", ", ".join(_allowed(type(self))))
            if self.request.method not in self.SUPPORTED_METHODS:
                # Tornado has refused it before it has read the body.
                self.set_header("Connection", "close")
        self.finish(body)

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Tell Tornado, to which others listen, what nobody foresaw: the client's mistakes are none
        of ours, and it may leave.
        """
        if not isinstance(value, (HTTPError, DomainError, StreamClosedError)):
            super().log_exception(typ, value, tb)


def _allowed(kind: type[BaseHandler]) -> list[str]:
    """The methods that a handler has."""
    methods = {
        method
        for method in BaseHandler.SUPPORTED_METHODS
        if getattr(kind, method.lower()) is not getattr(RequestHandler, method.lower())
    }
    return sorted(methods if "GET" in methods else methods - {"HEAD"})


@stream_request_body
class JsonHandler(BaseHandler):
    """A handler whose bodies are JSON, those that come in and those that go out.

    The body is taken as it comes. Tornado would look for a form in it before it is known who asks.
    """

    def initialize(self, route: str | None = None) -> None:
        """route: the template of the rule that matched."""
        super().initialize(route)
        self._chunks: list[bytes] = []

    def check_xsrf_cookie(self) -> None:
        """Nothing to check: no cookie is heeded here."""

    def data_received(self, chunk: bytes) -> None:
        """Keep a part of the body; there are not too many, see `bodies.py`."""
        self._chunks.append(chunk)

    @property
    def access_token(self) -> str:
        """The bearer token, whatever it is worth; raises Unauthorized for none."""
        return inputs.access_token(self.request.headers.get("Authorization"))

    def read_body(self, adapter: TypeAdapter[Input]) -> Input:
        """The body as the adapter's type; raises DomainError."""
        accepted = (JSON, MERGE_PATCH) if self.request.method == "PATCH" else (JSON,)
        inputs.check_media_type(self.request.headers.get("Content-Type"), *accepted)
        return inputs.read_body(adapter, b"".join(self._chunks))

    def read_query(self, adapter: TypeAdapter[Input]) -> Input:
        """The query as the adapter's type; raises InvalidInput."""
        return inputs.read_query(adapter, self.request.query)

    def respond(self, output: BaseModel | None, *, status: int = 200) -> None:
        """Answer with JSON, or with nothing."""
        if output is None:
            return self.set_status(204)
        self.set_status(status)
        self.set_header("Content-Type", JSON)
        self.finish(output.model_dump_json())


class NotFoundHandler(BaseHandler):
    """Answers at a path that no rule has."""

    def prepare(self) -> None:
        """Whatever the method is."""
        raise HTTPError(404)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Where Tornado doesn't even know the method, too."""
        super().write_error(404)


class RefusedHandler(BaseHandler):
    """Answers what is no good request, or is for a host that is not served here."""

    def initialize(self, detail: str) -> None:  # type: ignore[override]  # has no rule
        """detail: why it is refused."""
        self._detail = detail

    def prepare(self) -> None:
        """Whatever the method is."""
        raise HTTPError(400)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Where Tornado doesn't even know the method, too."""
        # What follows on the connection may be meant otherwise than it is read.
        self.set_header("Connection", "close")
        self.finish(self.problem(400, detail=self._detail))


class PreflightHandler(BaseHandler):
    """Tells a page of an allowed origin that it may send its request."""

    def initialize(  # type: ignore[override]  # has no rule
        self, allowed: list[tuple[str, str]]
    ) -> None:
        """allowed: the headers that say so."""
        self._allowed = allowed

    def prepare(self) -> None:
        """Before the method: OPTIONS is one that no handler has."""
        self.set_status(204)
        for name, value in self._allowed:
            self.set_header(name, value)
        self.finish()
