"""The edge around a WSGI application: what no request from outside can bring about."""

import io
import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from wsgiref.util import setup_testing_defaults

import pytest

from task_service.infrastructure.edge.policy import Edge
from task_service.infrastructure.edge.wsgi import (
    EdgeMiddleware,
    ExceptionInfo,
    Headers,
)
from task_service.infrastructure.observability import (
    logs,
    metrics,
)
from task_service.infrastructure.patience import (
    statement_seconds,
)
from task_service.infrastructure.serving.draining import (
    Draining,
)
from task_service.infrastructure.serving.threads import (
    INCOMPLETE,
    LOGGED,
)
from task_service.infrastructure.settings import Settings

PLAIN: Headers = [("Content-Type", "text/plain")]


class Answer:
    """What a server gets to hear: the status, the headers and the pieces of the body."""

    environ: WSGIEnvironment

    def __init__(self) -> None:
        self.status = ""
        self.headers: dict[str, str] = {}
        self.pieces: Iterable[bytes] = ()

    def start(
        self, status: str, headers: Headers, _exc_info: ExceptionInfo | None = None, /
    ) -> Callable[[bytes], object]:
        self.status = status
        self.headers = {name.lower(): value for name, value in headers}
        return self._write

    def _write(self, piece: bytes) -> None:
        raise AssertionError(piece)


class Application:
    """An application within the edge; `log` has the lines that it has logged."""

    def __init__(
        self,
        app: WSGIApplication,
        capfd: pytest.CaptureFixture[str],
        **given: Any,
    ) -> None:
        settings = Settings(app_env="test", log_format="json", **given)
        logs.configure(settings)
        self._app = EdgeMiddleware(app, edge=Edge(settings, metrics.Metrics(), Draining()))
        self._capfd = capfd

    def request(self, body: bytes = b"", **environ: object) -> Answer:
        complete: WSGIEnvironment = {
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(body),
            **environ,
        }
        setup_testing_defaults(complete)
        answer = Answer()
        answer.environ = complete
        answer.pieces = self._app(complete, answer.start)
        return answer

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._capfd.readouterr().out.splitlines()]


class Body:
    """A body that tells when it is closed; the last of its pieces may be an error to raise."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self._pieces = pieces
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    def close(self) -> None:
        self.is_closed = True


def answering(body: Iterable[bytes], *headers: tuple[str, str]) -> WSGIApplication:
    """An application that always answers so."""

    def app(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [*PLAIN, *headers])
        return body

    return app


def test_a_body_of_a_short_known_length_is_passed_on_in_one_piece(
    capfd: pytest.CaptureFixture[str],
) -> None:
    body = Body(b"a", b"b")
    answer = Application(answering(body, ("Content-Length", "2")), capfd).request()
    assert answer.pieces == [b"a", b"b"]
    assert body.is_closed


@pytest.mark.parametrize(
    "headers", [[], [("Content-Length", str(10**9))]], ids=["of unknown length", "of a gigabyte"]
)
def test_any_other_body_is_a_stream_that_is_logged_at_its_end(
    capfd: pytest.CaptureFixture[str], headers: Headers
) -> None:
    body = Body(b"a", b"b")
    app = Application(answering(body, *headers), capfd)
    answer = app.request(HTTP_X_REQUEST_ID="of-the-test")
    assert app.log() == []
    assert list(answer.pieces) == [b"a", b"b"]
    answer.pieces.close()  # type: ignore[attr-defined]  # as servers call it where there is one
    assert body.is_closed
    [line] = app.log()
    assert (line["event"], line["status"], line["request_id"]) == ("request", 200, "of-the-test")


def test_a_request_ends_with_its_answer_and_not_with_what_follows_when_it_is_closed(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    body = Body(b"a")
    monkeypatch.setattr(body, "close", lambda: time.sleep(0.3))
    app = Application(answering(body), capfd)
    answer = app.request()
    assert list(answer.pieces) == [b"a"]
    answer.pieces.close()  # type: ignore[attr-defined]  # as servers call it where there is one
    [line] = app.log()
    assert line["duration_ms"] < 300


def test_a_stream_that_breaks_off_is_logged_with_its_cause(
    capfd: pytest.CaptureFixture[str],
) -> None:
    app = Application(answering(Body(b"a", ZeroDivisionError("the cause"))), capfd)
    answer = app.request()
    stream = iter(answer.pieces)
    assert next(stream) == b"a"
    with pytest.raises(ZeroDivisionError):
        next(stream)
    assert answer.environ[LOGGED]
    [line] = app.log()
    assert line["event"] == "unhandled error"
    assert "ZeroDivisionError: the cause" in line["exception"]


def fail(_environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
    raise ZeroDivisionError("the cause")


def test_an_application_that_fails_is_a_problem_without_its_cause_which_is_logged(
    capfd: pytest.CaptureFixture[str],
) -> None:
    app = Application(fail, capfd)
    answer = app.request(PATH_INFO="/fails", HTTP_X_REQUEST_ID="of-the-test")
    assert answer.status == "500 Internal Server Error"
    assert json.loads(b"".join(answer.pieces)) == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "The service failed; the cause has been logged under the request's id.",
        "instance": "/fails",
        "request_id": "of-the-test",
    }
    error, access = app.log()
    assert (error["event"], error["request_id"]) == ("unhandled error", "of-the-test")
    assert "ZeroDivisionError: the cause" in error["exception"]
    assert access["status"] == 500


def test_who_wants_to_see_an_error_does() -> None:
    edge = Edge(Settings(app_env="test"), metrics.Metrics(), Draining())
    app = EdgeMiddleware(fail, edge=edge, passes_errors_on=lambda: True)
    environ: WSGIEnvironment = {"REMOTE_ADDR": "127.0.0.1", "wsgi.input": io.BytesIO()}
    setup_testing_defaults(environ)
    with pytest.raises(ZeroDivisionError):
        app(environ, Answer().start)
    assert not edge.in_progress


def test_only_in_a_request_does_a_statement_have_a_limit(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return answering([str(statement_seconds.get()).encode()])(environ, start)

    answer = Application(app, capfd).request()
    assert b"".join(answer.pieces) == b"3"
    assert statement_seconds.get() is None


def test_a_method_in_lower_case_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    app = Application(answering([]), capfd)
    assert app.request(REQUEST_METHOD="get").status == "400 Bad Request"
    assert app.request(REQUEST_METHOD="brew").status == "200 OK"


def test_a_path_that_ends_with_a_line_is_nobody_s(capfd: pytest.CaptureFixture[str]) -> None:
    assert Application(answering([]), capfd).request(PATH_INFO="/a\n").status == "404 Not Found"


def test_a_body_for_head_is_closed_and_not_sent(capfd: pytest.CaptureFixture[str]) -> None:
    body = Body(b"a")
    answer = Application(answering(body), capfd).request(REQUEST_METHOD="HEAD")
    assert answer.pieces == []
    assert body.is_closed


def test_a_body_that_can_t_be_closed_is_not_sent_for_head(
    capfd: pytest.CaptureFixture[str],
) -> None:
    answer = Application(answering((b"a",)), capfd).request(REQUEST_METHOD="HEAD")
    assert answer.pieces == []


def test_a_header_of_the_application_stays(capfd: pytest.CaptureFixture[str]) -> None:
    own = {
        "cache-control": "public",
        "content-security-policy": "default-src 'self'",
        "referrer-policy": "origin",
        "x-content-type-options": "none",
    }
    answer = Application(answering([], *own.items()), capfd).request()
    assert own.items() <= answer.headers.items()
    assert answer.headers["x-frame-options"] == "DENY"


def test_a_path_that_is_not_utf_8_is_logged_as_text(capfd: pytest.CaptureFixture[str]) -> None:
    app = Application(answering([]), capfd)
    app.request(PATH_INFO="/\xc3\xbc\xff")
    assert [line["path"] for line in app.log()] == ["/ü\N{REPLACEMENT CHARACTER}"]


def test_a_path_that_the_application_rewrites_is_logged_as_it_came(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def rewrite(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        environ["PATH_INFO"] = "/\N{SEEDLING}"
        start("200 OK", [])
        return []

    app = Application(rewrite, capfd)
    app.request(PATH_INFO="/\xc3\xbc")
    assert [line["path"] for line in app.log()] == ["/ü"]


def test_a_path_that_a_proxy_has_taken_away_is_one_that_the_application_is_mounted_at(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def tell(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", PLAIN)
        return [environ["SCRIPT_NAME"].encode()]

    app = Application(tell, capfd, root_path="/store")
    assert app.request(SCRIPT_NAME="/mounted", PATH_INFO="/a").pieces == [b"/store/mounted"]
    refused = app.request(PATH_INFO="/a", HTTP_HOST="a,b")
    assert json.loads(b"".join(refused.pieces))["instance"] == "/store/a"


def read_all(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """An application that answers with what it was sent, and knows nothing of a limit."""
    body: bytes = environ["wsgi.input"].read()
    start("200 OK", PLAIN)
    return [body]


def test_a_body_that_has_stalled_is_given_up(capfd: pytest.CaptureFixture[str]) -> None:
    answer = Application(read_all, capfd).request(b"12", **{INCOMPLETE: 408})
    assert answer.status == "408 Request Timeout"
    assert json.loads(b"".join(answer.pieces))["status"] == 408


IN_CHUNKS = {"HTTP_TRANSFER_ENCODING": "chunked", "SERVER_PROTOCOL": "HTTP/1.1"}
FRAMINGS = {
    "declared": {"CONTENT_LENGTH": "11"},
    "declared with 5000 digits": {"CONTENT_LENGTH": "9" * 5000},
    "in chunks": IN_CHUNKS,
    "over HTTP/2": {"SERVER_PROTOCOL": "HTTP/2"},
}


@pytest.mark.parametrize("environ", FRAMINGS.values(), ids=FRAMINGS.keys())
def test_more_of_a_body_than_allowed_is_not_read(
    capfd: pytest.CaptureFixture[str], environ: dict[str, str]
) -> None:
    app = Application(read_all, capfd, max_body_bytes=10)
    assert app.request(b"12345678901", **environ).status.startswith("413 ")


@pytest.mark.parametrize(
    "environ",
    [{"CONTENT_LENGTH": "10"}, IN_CHUNKS],
    ids=["declared", "in chunks"],
)
def test_a_body_of_the_allowed_length_is_read(
    capfd: pytest.CaptureFixture[str], environ: dict[str, str]
) -> None:
    app = Application(read_all, capfd, max_body_bytes=10)
    assert app.request(b"1234567890", **environ).pieces == [b"1234567890"]


def test_a_body_in_chunks_can_be_read_by_lines(capfd: pytest.CaptureFixture[str]) -> None:
    def read_a_line(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", PLAIN)
        return [io.BufferedReader(environ["wsgi.input"]).readline()]

    app = Application(read_a_line, capfd)
    assert app.request(b"one\ntwo", **IN_CHUNKS).pieces == [b"one\n"]
