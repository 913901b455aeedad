"""What Tornado's guide shows works in an application of ours as it stands there."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from service import ServiceTestCase, read
from tornado.ioloop import IOLoop, PeriodicCallback
from tornado.queues import Queue
from tornado.web import (
    Application,
    FallbackHandler,
    HTTPError,
    RedirectHandler,
    RequestHandler,
    StaticFileHandler,
    UIModule,
    stream_request_body,
)
from tornado.websocket import WebSocketHandler
from tornado.wsgi import WSGIContainer

from task_service.infrastructure.api.application import Service
from task_service.infrastructure.api.endpoints import operations
from task_service.infrastructure.api.handlers import BaseHandler
from task_service.web import app

FORM = {"Content-Type": "multipart/form-data; boundary=x"}
FILE = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    b"what it says\r\n--x--\r\n"
)


class PlainHandler(RequestHandler):
    def get(self) -> None:
        self.write({"given": self.get_query_argument("given")})


class FormHandler(BaseHandler):
    def get(self) -> None:
        self.write(self.xsrf_token)

    def post(self) -> None:
        files = {name: files[0]["body"].decode() for name, files in self.request.files.items()}
        self.write({"files": files, "text": self.get_body_argument("text", "")})


@stream_request_body
class UploadHandler(BaseHandler):
    def check_xsrf_cookie(self) -> None:
        """No cookie is heeded."""

    def prepare(self) -> None:
        self.received = 0

    async def data_received(self, chunk: bytes) -> None:
        await asyncio.sleep(0)
        self.received += len(chunk)

    def put(self) -> None:
        self.write({"received": self.received})


class LargeUploadHandler(UploadHandler):
    max_body_bytes = 3_000_000


class WorkHandler(BaseHandler):
    async def get(self) -> None:
        done: Queue[str] = Queue()
        ticking = PeriodicCallback(lambda: done.put_nowait("tick"), 1)
        ticking.start()
        tick = await done.get()
        ticking.stop()
        self.write({"tick": tick, "sum": await IOLoop.current().run_in_executor(None, sum, (1, 2))})


class TeaHandler(BaseHandler):
    def get(self) -> None:
        raise HTTPError(418, "for the log", reason="No coffee")


class NowhereHandler(RequestHandler):
    def get(self) -> None:
        self.write("Nothing here. " * 100)


class PageHandler(RequestHandler):
    def get(self) -> None:
        self.write("<script src=/static/a.js></script>")


class EchoHandler(WebSocketHandler):
    def on_message(self, message: str | bytes) -> None:
        self.write_message({"said": str(message)})


OWN = {"compress_response": True, "default_handler_class": NowhereHandler, "login_url": "/in"}
LOGGED: list[RequestHandler] = []


def answer_wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["PATH_INFO"].encode()]


class OrdinaryUsesTest(ServiceTestCase):
    def setUp(self) -> None:
        super().setUp()
        rules: list[Any] = [
            ("/plain", PlainHandler),
            ("/form", FormHandler),
            ("/upload", UploadHandler),
            ("/upload/large", LargeUploadHandler),
            ("/work", WorkHandler),
            ("/echo", EchoHandler),
            ("/page", PageHandler),
            ("/tea", TeaHandler),
            ("/moved", RedirectHandler, {"url": "/plain?given=1"}),
            ("/mounted/.*", FallbackHandler, {"fallback": WSGIContainer(answer_wsgi)}),
            ("/within/.*", Application([("/within/plain", PlainHandler)])),
            ("/files/(.*)", StaticFileHandler, {"path": str(Path(__file__).parent)}),
        ]
        self.app.add_handlers(".*", rules)

    def test_a_handler_that_is_none_of_ours(self) -> None:
        response = self.fetch("/moved")
        assert (response.code, read(response)) == (200, {"given": "1"})
        self.fetch("/files/none.txt")
        self.fetch("/nowhere")
        counted = self.fetch("/metrics").body.decode()
        for route in ("/plain", "/files/(.*)", "unmatched"):
            assert f'route="{route}"' in counted
        assert response.headers["X-Content-Type-Options"] == "nosniff"

    def test_a_page_loads_what_it_likes_and_is_in_no_frame(self) -> None:
        headers = self.fetch("/page").headers
        assert headers["Content-Security-Policy"] == "frame-ancestors 'none'"

    def test_forms_and_files(self) -> None:
        refused = self.fetch("/form", method="POST", body=urlencode({"text": "x"}))
        assert (refused.code, read(refused)["title"]) == (403, "Forbidden")
        assert self.fetch("/form", method="PUT", body="").code == 405
        token = self.fetch("/form").body.decode()
        proof = {"Cookie": f"_xsrf={token}", "X-XSRFToken": token}
        sent = self.fetch("/form", method="POST", body=urlencode({"text": "x"}), headers=proof)
        assert read(sent) == {"files": {}, "text": "x"}
        sent = self.fetch("/form", method="POST", body=FILE, headers=FORM | proof)
        assert read(sent) == {"files": {"file": "what it says"}, "text": ""}

    def test_a_body_is_taken_as_it_comes_up_to_the_limit(self) -> None:
        assert read(self.fetch("/upload", method="PUT", body=b"x" * 100_000)) == {
            "received": 100_000
        }
        for path, length, status in (
            ("/upload", 2_000_000, 413),
            ("/upload/large", 2_000_000, 200),
            ("/upload/large", 4_000_000, 413),
        ):
            assert self.fetch(path, method="PUT", body=b"x" * length).code == status

    def test_executors_queues_and_what_is_done_again_and_again(self) -> None:
        assert read(self.fetch("/work")) == {"tick": "tick", "sum": 3}

    def test_a_websocket_of_one_s_own(self) -> None:
        socket = self.connect("/echo")
        socket.write_message("hello")
        assert self.hear(socket) == {"said": "hello"}

    def test_a_mounted_application_holds_up_no_end(self) -> None:
        assert self.fetch("/mounted/there").body == b"/mounted/there"
        assert read(self.fetch("/within/plain?given=1")) == {"given": "1"}
        assert self.app.is_idle

    def test_static_files_in_parts(self) -> None:
        part = self.fetch(f"/files/{Path(__file__).name}", headers={"Range": "bytes=3-6"})
        assert (part.code, part.body) == (206, b"What")

    def test_what_a_handler_says_of_its_error_is_told(self) -> None:
        refused = self.fetch("/tea")
        assert (refused.code, read(refused)["detail"]) == (418, "No coffee")


class TwoFeaturesTest(ServiceTestCase):
    def get_app(self) -> Service:
        rules = [("/plain", PlainHandler)]
        features = [
            SimpleNamespace(RULES=rules, SETTINGS={"ui_modules": {name: UIModule}} | more)
            for name, more in (("One", OWN), ("Other", {"log_function": LOGGED.append}))
        ]
        self.monkeypatch.setattr(app, "modules", lambda _name: features)
        return super().get_app()

    def test_rules_may_be_tuples_as_tornado_takes_them(self) -> None:
        assert read(self.fetch("/plain?given=1")) == {"given": "1"}
        assert operations([("/plain", PlainHandler)]) == ()

    def test_the_ui_modules_of_both_are_there(self) -> None:
        assert {"One", "Other"} <= self.app.ui_modules.keys()

    def test_settings_of_tornado_are_taken(self) -> None:
        as_sent: dict[str, Any] = {"decompress_response": False}
        found = self.fetch("/nowhere", headers={"Accept-Encoding": "gzip"}, **as_sent)
        assert found.headers["Content-Encoding"] == "gzip"
        assert found.headers["X-Content-Type-Options"] == "nosniff"
        assert self.app.settings["login_url"] == "/in"
        assert isinstance(LOGGED.pop(), NowhereHandler)
