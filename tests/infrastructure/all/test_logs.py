"""Lines of the log: whose they are, and that they are written whatever they say."""

import json
import logging
import sys
from collections.abc import Callable
from typing import Any, Literal

import pytest

from task_service.config import Settings
from task_service.infrastructure.observability import logs
from task_service.web.app import create_app

Format = Literal["json", "console"]
# What Python makes of the byte 0xE9, which is no UTF-8.
NO_TEXT = "caf\udce9"
SETTINGS = Settings(app_env="test", log_format="json")
Lines = Callable[[], list[dict[str, Any]]]


def written(log_format: Format, message: str, **members: Any) -> str:
    settings = Settings(app_env="test", log_format=log_format)
    line = logs.standard_library(settings)["formatters"]["line"]
    formatter: logging.Formatter = line.pop("()")(**line)
    return formatter.format(logging.makeLogRecord({"name": "shop", "msg": message, **members}))


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_what_is_no_text_is_replaced(log_format: Format) -> None:
    assert "caf?" in written(log_format, NO_TEXT)


def test_for_people_the_line_of_a_request_is_short_and_has_nothing_empty(
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = Settings(app_env="test", log_format="console")
    logs.configure(settings)
    members = {"route": None, "client": "192.0.2.1", "path": "/nowhere", "status": 404}
    logs.request_log()(**members, method="GET", duration_ms=1.25)
    assert capsys.readouterr().out[9:] == "[info     ] GET     404       1.2 ms  /nowhere\n"


def test_in_a_terminal_a_level_has_its_colour_and_an_error_what_led_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    error = ValueError("no luck")
    text = written("console", "failed", levelname="ERROR", exc_info=(ValueError, error, None))
    line, last = text.splitlines()
    assert "[\x1b[31merror    \x1b[0m] failed " in line
    assert last == "ValueError: no luck"


@pytest.fixture
def lines(capsysbinary: pytest.CaptureFixture[bytes]) -> Lines:
    """Logging as the commands configure it; gives the lines that have been written."""
    logs.configure(SETTINGS)
    return lambda: [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]


def test_whoever_makes_the_application_keeps_their_own_logging() -> None:
    root = logging.getLogger()
    before = (root.level, root.handlers[:])
    create_app()
    assert before == (root.level, root.handlers)


def test_there_a_request_is_a_line_of_theirs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    logs.request_log()(path="/livez", status=200)
    [record] = caplog.records
    assert (record.name, record.getMessage()) == ("task_service.access", "request")
    assert (vars(record)["path"], vars(record)["status"]) == ("/livez", 200)


class Kept(logging.Handler):
    """One that somebody has added."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def test_a_request_is_a_line_of_whatever_else_is_configured(lines: Lines) -> None:
    kept = Kept()
    logging.getLogger("task_service").addHandler(kept)
    logs.request_log()(path="/livez")
    logging.getLogger("task_service").removeHandler(kept)
    assert (kept.said, [line["event"] for line in lines()]) == (["request"], ["request"])


def test_what_is_no_text_is_replaced_in_the_path_of_a_request(lines: Lines) -> None:
    logs.request_log()(path=f"/{NO_TEXT}")
    [line] = lines()
    assert (line["event"], line["path"]) == ("request", "/caf?")


def test_a_line_of_ours_has_its_members_and_of_others_only_what_they_say(lines: Lines) -> None:
    for name in ("task_service.shop", "shop"):
        logging.getLogger(name).warning("sold", extra={"what": "a hat"})
    assert [(line["logger"], line["event"], line.get("what")) for line in lines()] == [
        ("task_service.shop", "sold", "a hat"),
        ("shop", "sold", None),
    ]


def test_what_others_say_of_an_address_is_told_without_its_query(lines: Lines) -> None:
    said = "Uncaught exception GET /notes?key=secret (192.0.2.1)\nRequest(uri='/notes?key=secret')"
    logging.getLogger("tornado.application").error(said)
    logging.getLogger("sqlalchemy.engine").warning("SELECT a FROM b WHERE c=? (?, ?)")
    assert [line["event"] for line in lines()] == [
        "Uncaught exception GET /notes (192.0.2.1)\nRequest(uri='/notes')",
        "SELECT a FROM b WHERE c=? (?, ?)",
    ]
