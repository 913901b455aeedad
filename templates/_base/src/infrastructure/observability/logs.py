"""Logs to standard output: one JSON object a line, or text for people."""

import json
import logging
import logging.config
import re
import sys
from collections.abc import Callable, MutableMapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog
from structlog.typing import Processor, WrappedLogger

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
_add_extra = structlog.stdlib.ExtraAdder()
# Of an address, such as `/notes?key=secret`.
_QUERY = re.compile(r"\?[\w.~%+\[\]-]+=[^\s\"')]*")


class StandardOutput(logging.Handler):
    """Writes to what is standard output at that moment: a test may capture it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record as a line."""
        sys.stdout.write(f"{self.format(record)}\n")
        sys.stdout.flush()


def configure(settings: Settings) -> None:
    """Let the standard library's logging, and structlog, write these lines: for commands only.

    An application that is served, or called, by something else leaves logging to that.
    """
    logging.config.dictConfig(standard_library(settings))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def traceparent() -> str | None:
    """What a part of this trace that is done elsewhere is told of it (W3C Trace Context)."""
    ids = trace_ids()
    return f"00-{ids['trace_id']}-{ids['span_id']}-01" if ids else None


def request_log(settings: Settings) -> Callable[..., object]:
    """What writes the line of a request; takes the line's own members by name.

    As JSON it is written past the standard library, of which it would be most of the cost: no other
    line is written as often.
    """
    is_ours = any(isinstance(each, StandardOutput) for each in logging.getLogger().handlers)
    if is_ours and settings.log_format == "json" and settings.log_level in {"DEBUG", "INFO"}:
        return _write_request
    return _log_request


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
        "formatters": {
            "line": {
                "()": _formatter,
                "log_format": settings.log_format,
            }
        },
        "handlers": {
            "stdout": {
                "()": StandardOutput,
                "formatter": "line",
            }
        },
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


def _shared() -> list[Processor]:
    return [
        structlog.stdlib.add_logger_name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_ids,
    ]


def _formatter(log_format: str) -> structlog.stdlib.ProcessorFormatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_shared(), _add_members],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *_rendering(log_format),
            _to_text,
        ],
    )


def _rendering(log_format: str) -> list[Processor]:
    if log_format == "console":
        console = structlog.dev.ConsoleRenderer(
            colors=sys.stdout.isatty(),
            # Others show the local variables too, tokens and passwords among them.
            exception_formatter=structlog.dev.plain_traceback,
        )
        return [_for_people, lambda *event: console(*event).encode(errors="replace").rstrip()]
    return [
        structlog.processors.format_exc_info,
        lambda _logger, _method, event: _json(event),
    ]


def _for_people(
    _logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """What fits a line of a terminal: nothing empty, and of a request what came of it."""
    line = {name: value for name, value in event.items() if value is not None}
    line["timestamp"] = f"{datetime.now().astimezone():%H:%M:%S}"
    if line["logger"] == _access.name:
        text = "{method:<7} {status} {duration_ms:9.1f} ms  ".format_map(line)
        # A line break in it would be a line of whatever the client likes.
        text += line["path"] if line["path"].isprintable() else repr(line["path"])
        return {"timestamp": line["timestamp"], "level": line["level"], "event": text}
    line["logger"] = line["logger"].removeprefix(f"{_PACKAGE}.")
    return line


def _json(line: MutableMapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(line, default=str, option=orjson.OPT_UTC_Z)
    except orjson.JSONEncodeError:
        # Lone surrogates, as Python makes of bytes that are no UTF-8; clients may send them.
        return json.dumps(line, default=str, ensure_ascii=False).encode(errors="replace")


def _add_ids(
    _logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    event["request_id"] = request_id.get()
    event.update(trace_ids())
    return event


def _add_members(
    logger: WrappedLogger, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    # Of our own lines: others give whole requests, and their addresses, with all secrets in there.
    if event["logger"].partition(".")[0] == _PACKAGE:
        event = _add_extra(logger, method, event)
        if "path" in event:
            event["path"] = without_secrets(event["path"])
        return event
    event["event"] = without_secrets(_QUERY.sub("", event["event"]))
    return event


def _to_text(_logger: WrappedLogger, _method: str, line: Any) -> str:
    text: str = line.decode(errors="replace")
    return text
