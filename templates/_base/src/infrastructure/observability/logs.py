"""Logs to standard output: one JSON object a line, or text for people."""

import json
import logging
import logging.config
import re
import sys
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import orjson
from click import style

from ..security.digests import without_secrets
from ..settings import Settings

# The id of the request that is being answered; each line of the log has it.
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
# What a line has besides where requests are traced: `spans.py` sets it, which is not imported where
# they are not.
trace_ids: Callable[[], dict[str, str]] = dict

_PACKAGE = __name__.partition(".")[0]
_access = logging.getLogger(f"{_PACKAGE}.access")
# They say of each step that they take it: in development that is more than people want to know.
_STEPS = (
    f"{_PACKAGE}.infrastructure.serving.worker",
    "_granian",
    "alembic.runtime.migration",
    "sanic",
)
# What each record has; what else one has was given to it as `extra`.
_OF_ALL = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}
_COLORS = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "red"}
# Of an address, such as `/notes?key=secret`.
_QUERY = re.compile(r"\?[\w.~%+\[\]-]+=[^\s\"')]*")


class StandardOutput(logging.Handler):
    """Writes to what is standard output at that moment: a test may capture it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record as a line."""
        sys.stdout.write(f"{self.format(record)}\n")
        sys.stdout.flush()


def configure(settings: Settings) -> None:
    """Let the standard library's logging write these lines: for commands only.

    An application that is served, or called, by something else leaves logging to that.
    """
    logging.config.dictConfig(standard_library(settings))


def traceparent() -> str | None:
    """What a part of this trace that is done elsewhere is told of it (W3C Trace Context)."""
    ids = trace_ids()
    return f"00-{ids['trace_id']}-{ids['span_id']}-01" if ids else None


def request_log() -> Callable[..., object]:
    """What writes the line of a request; takes the line's own members by name.

    As JSON it is written past the standard library, of which it would be most of the cost: no other
    line is written as often. Not so where somebody has configured more, or something else.
    """
    handlers = [*_handlers(_access)]
    is_ours = [(type(each), type(each.formatter)) for each in handlers] == [(StandardOutput, Json)]
    is_filtered = any(each.filters for each in (_access, *handlers))
    if is_ours and not is_filtered and _access.isEnabledFor(logging.INFO):
        return _write_request
    return _log_request


def _handlers(logger: logging.Logger | None) -> Iterator[logging.Handler]:
    """Those that get what a logger is told."""
    while logger:
        yield from logger.handlers
        logger = logger.parent if logger.propagate else None


def _write_request(*, path: str, **members: object) -> None:
    line = {
        **members,
        "path": without_secrets(path),
        "event": "request",
        "logger": _access.name,
        "level": "info",
        "timestamp": datetime.now(UTC),
        "request_id": request_id.get(),
        **trace_ids(),
    }
    sys.stdout.buffer.write(_json(line) + b"\n")
    sys.stdout.buffer.flush()


def _log_request(**members: object) -> None:
    _access.info("request", extra=members)


def standard_library(settings: Settings) -> dict[str, Any]:
    """The configuration of the standard library's logging, as `dictConfig` takes it.

    It can be pickled: servers hand it to their workers.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": Json if settings.log_format == "json" else Console}},
        "handlers": {"stdout": {"()": StandardOutput, "formatter": "line"}},
        "root": {"level": settings.log_level, "handlers": ["stdout"]},
        "loggers": {
            # It says which of its own parts it has loaded, each time.
            "alembic.runtime.plugins": {"level": "WARNING"},
            **{name: {"level": "WARNING"} for name in _STEPS if settings.log_format == "console"},
            # It says of each WebSocket whose client has dropped off that it could not be closed.
            "_granian.asgi.io": {"level": "WARNING"},
            # Its DEBUG tells the parameters of each statement, hashes of passwords among them.
            "aiosqlite": {"level": "INFO"},
        },
    }


class Json(logging.Formatter):
    """A record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        event, members = _told(record)
        line = {
            "event": event,
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC),
            "request_id": request_id.get(),
            **trace_ids(),
            **members,
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _json(line).decode()


class Console(logging.Formatter):
    """A record as fits a line of a terminal: nothing empty, and of a request what came of it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and a traceback below it."""
        event, members = _told(record)
        if record.name == _access.name:
            path = members["path"]
            # A line break in it would be a line of whatever the client likes.
            path = path if path.isprintable() else repr(path)
            text = "{method:<7} {status} {duration_ms:9.1f} ms  ".format_map(members) + path
        else:
            text = f"{event:<30} [{record.name.removeprefix(f'{_PACKAGE}.')}]"
            members = {"request_id": request_id.get(), **trace_ids(), **members}
            for name, value in members.items():
                text += "" if value is None else f" {name}={value!r}"
        level = f"{record.levelname.lower():<9}"
        if sys.stdout.isatty():
            level = style(level, fg=_COLORS.get(record.levelname, "green"))
        text = f"{self.formatTime(record, '%H:%M:%S')} [{level}] {text}"
        if record.exc_info:
            text += f"\n{self.formatException(record.exc_info)}"
        return text.encode(errors="replace").decode()


def _told(record: logging.LogRecord) -> tuple[str, dict[str, Any]]:
    """What a record says, and the members that it has been given."""
    said = record.getMessage()
    # Others give whole requests, and their addresses, with all secrets in there.
    if record.name.partition(".")[0] != _PACKAGE:
        return without_secrets(_QUERY.sub("", said)), {}
    members = {name: value for name, value in vars(record).items() if name not in _OF_ALL}
    if "path" in members:
        members["path"] = without_secrets(members["path"])
    return said, members


def _json(line: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(line, default=str, option=orjson.OPT_UTC_Z)
    except orjson.JSONEncodeError:
        # Lone surrogates, as Python makes of bytes that are no UTF-8; clients may send them.
        return json.dumps(line, default=str, ensure_ascii=False).encode(errors="replace")
