"""The settings: read once from the environment, then passed on, never read again."""

import os
import re
from collections.abc import Callable
from email.utils import parseaddr
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from click import ClickException
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from .database import DATABASES, PRODUCTION_DATABASES
from .database.urls import backend, backend_name


class ConfigurationError(ClickException):
    """The settings are wrong; the message names each variable and why, in one line.

    A command line ends with that line and exit status 1.
    """


def in_production(info: ValidationInfo) -> bool:
    """Whether the settings under validation are those of production (`app_env` is read first)."""
    return info.data.get("app_env") == "production"


def _path_prefix(value: str) -> str:
    if not PATH_PREFIX.fullmatch(value):
        raise ValueError("it is no path such as /shop")
    return value.rstrip("/")


def _split(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _each(check: Callable[[str], object], expected: str) -> AfterValidator:
    def validate(values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            try:
                valid = check(value)
            except ValueError:
                valid = False
            if not valid:
                # Before an @ there may be a password.
                shown = "one of them" if "@" in value else repr(value)
                raise ValueError(f"{shown} is not {expected}")
        return values

    return AfterValidator(validate)


def _address(value: str) -> str:
    try:
        value.encode("idna")
    except UnicodeError:
        raise ValueError("it is no address to listen on") from None
    return value


def _origins_of_production(values: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    if "*" in values and in_production(info):
        raise ValueError("'*' lets every site call the API, which is refused in production")
    return values


def _cookies_of_origins(value: bool, info: ValidationInfo) -> bool:
    if value and "*" in info.data.get("cors_allow_origins", ()):
        raise ValueError("with '*' every site could call the API in anybody's name")
    return value


def _database_url(value: SecretStr, info: ValidationInfo) -> SecretStr:
    url = value.get_secret_value()
    name = backend_name(url)
    if name not in DATABASES:
        raise ValueError(f"it is no URL of {' or '.join(DATABASES)}")
    if in_production(info) and (name not in PRODUCTION_DATABASES or value == DEFAULT_DATABASE_URL):
        raise ValueError(f"production needs a {' or '.join(PRODUCTION_DATABASES)} URL of its own")
    backend(url).check(url)
    return value


def _url_with(*schemes: str) -> AfterValidator:
    def validate(value: str | SecretStr) -> str | SecretStr:
        url = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not _is_url(url, schemes):
            beginning = " or ".join(f"{scheme}://" for scheme in schemes)
            raise ValueError(f"it is no URL of {beginning}, a host, and a port up to 65535 or none")
        return value

    return AfterValidator(validate)


def _is_url(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
        # To ask for a port that is no number fails.
        has_place = bool(parts.hostname) and parts.port != 0
        return parts.scheme in schemes and has_place and not re.search(r"\s", value)
    except ValueError:
        # What it says may have a part of a password in it.
        return False


def _sender(value: str, info: ValidationInfo) -> str:
    address = parseaddr(value)[1]
    if "@" not in address or not value.isprintable():
        raise ValueError("it is no address such as Shop <noreply@shop.example.com>")
    if in_production(info) and info.data.get("smtp_url") and address == DEFAULT_SENDER:
        raise ValueError("who sends mails by SMTP_URL needs an address of its own")
    return value


def _public_url(value: str, info: ValidationInfo) -> str:
    if value == _own_address(info.data):
        if in_production(info) and info.data.get("smtp_url"):
            text = "who sends mails by SMTP_URL needs one, such as https://shop.example.com"
            raise ValueError(text)
        return value
    if not _is_url(value, ("http", "https")) or "?" in value or "#" in value:
        raise ValueError("it is no address such as https://shop.example.com")
    return value.rstrip("/")


def _own_address(data: dict[str, Any]) -> str:
    host = str(data.get("host"))
    return f"http://{f'[{host}]' if ':' in host else host}:{data.get('port')}"


def _log_format(data: dict[str, Any]) -> str:
    return "json" if data.get("app_env") == "production" else "console"


def _redis_url(value: SecretStr) -> SecretStr:
    # Takes a fifth of a start, so it is imported only where there is a Redis.
    from redis import ConnectionPool, RedisError

    url = value.get_secret_value()
    if not re.fullmatch(r"/?\d*", urlsplit(url).path, re.ASCII):
        raise ValueError("its path is the number of a database")
    try:
        # Which connects to nothing yet.
        ConnectionPool.from_url(url).make_connection()
    except (TypeError, ValueError, RedisError):
        # What it says may have a part of a password in it.
        raise ValueError("it has parameters that Redis' client does not take") from None
    return value


# A name or an address, as it stands in URLs and in `Host`.
HOST = r"\[[\da-f:.]{2,45}\]|(?![^:]{256})[\w-]+(?:\.[\w-]+)*\.?"
_HOST = re.compile(HOST, re.ASCII | re.IGNORECASE)
_ORIGIN = re.compile(rf"\*|https?://(?:{HOST})(?::\d{{1,5}})?", re.ASCII)
# Two slashes at its beginning would make it the name of a host, and dots another path.
PATH_PREFIX = re.compile(r"(/(?!\.{1,2}(/|\Z))[\w.~-]+)*/?", re.ASCII)
# Of files: some editors of Windows put a mark before UTF-8.
ENCODING = "utf-8-sig"
DEFAULT_SENDER = "noreply@localhost"
DEFAULT_DATABASE_URL = SecretStr("sqlite:///local.sqlite3")
CommaSeparated = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


class Settings(BaseSettings):
    """What can be set; each field is the environment variable of its name in capitals, and the text
    below it says what it means.
    """

    model_config = SettingsConfigDict(
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        use_attribute_docstrings=True,
        validate_default=True,
    )

    app_env: Literal["development", "test", "production"] = "development"
    """`development`, `test` or `production`"""

    host: Annotated[str, AfterValidator(_address)] = "127.0.0.1"
    """The address to listen on"""

    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    """The port to listen on"""

    web_concurrency: Annotated[int, Field(ge=1, le=256)] = max(2, os.cpu_count() or 2)
    """The number of worker processes in production"""

    database_url: Annotated[SecretStr, AfterValidator(_database_url)] = DEFAULT_DATABASE_URL
    """The database; production needs one of its own"""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The lowest level that is logged: `DEBUG`, `INFO`, `WARNING` or `ERROR`"""

    log_format: Annotated[Literal["json", "console"], Field(default_factory=_log_format)]
    """`json` (in production) or `console` (elsewhere)"""

    cors_allow_origins: Annotated[
        CommaSeparated,
        _each(_ORIGIN.fullmatch, "an origin such as https://app.example.com"),
        AfterValidator(_origins_of_production),
    ] = ()
    """The origins whose pages may call the API, exact, comma separated"""

    cors_allow_credentials: Annotated[bool, AfterValidator(_cookies_of_origins)] = False
    """Whether those pages may send cookies along: `true` or `false`"""

    allowed_hosts: Annotated[CommaSeparated, _each(_HOST.fullmatch, "a host name")] = ()
    """The host names that are answered, comma separated; empty: all"""

    forwarded_allow_ips: Annotated[
        CommaSeparated,
        _each(lambda value: ip_network(value, strict=False), "an IP address or network"),
    ] = ()
    """The proxies whose `X-Forwarded-*` headers count: IPs or networks"""

    root_path: Annotated[str, AfterValidator(_path_prefix)] = ""
    """The path, such as `/shop`, that a proxy serves it below and takes away, unless the proxy says
    so by `X-Forwarded-Prefix`"""

    max_body_bytes: Annotated[int, Field(ge=1)] = 1_048_576
    """The largest request body that is read, in bytes"""

    body_timeout_seconds: Annotated[int, Field(ge=1, le=3600)] = 30
    """How long a request body may stall, in seconds"""

    drain_seconds: Annotated[int, Field(ge=0, le=3600)] = 0
    """How long, once told to stop, it still answers all while `/readyz` is 503, in seconds; in
    development not at all"""

    token_ttl_seconds: Annotated[int, Field(ge=1, le=10**9)] = 86_400
    """How long an access token is valid, in seconds"""

    sign_ups_per_minute: Annotated[int, Field(ge=1, le=10**6)] = 30
    """How many users one client may add within a minute"""

    smtp_url: Annotated[SecretStr, _url_with("smtp", "smtps")] | None = None
    """The server that sends mails: `smtp://user:password@host:587` (by TLS where there is a user)
    or `smtps://`; empty: in development they are shown, and in production what needs one is 503"""

    mail_from: Annotated[str, AfterValidator(_sender)] = DEFAULT_SENDER
    """The address that mails come from"""

    public_url: Annotated[str, AfterValidator(_public_url), Field(default_factory=_own_address)]
    """The address of the service for people, which links in mails begin with"""

    worker_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """The port at which a worker has metrics; empty: none"""

    statement_timeout_seconds: Annotated[int, Field(ge=1, le=3600)] = 3
    """How long PostgreSQL may take for a statement of a request, in seconds; commands have no
    limit"""

    redis_url: (
        Annotated[SecretStr, _url_with("redis", "rediss"), AfterValidator(_redis_url)] | None
    ) = None
    """The Redis through which several instances count and tell each other"""

    otel_exporter_otlp_endpoint: Annotated[str, _url_with("http", "https")] | None = None
    """The OpenTelemetry collector (HTTP) that traces go to; empty: none"""

    @classmethod
    def load(cls) -> Self:
        """Read the environment, with the files that it names, and in development a `.env` file.

        Raises ConfigurationError where a value is wrong, or missing in production.
        """
        in_development = os.environ.get("APP_ENV", "") in {"", "development"}
        file = ".env" if in_development else None
        given = _from_files(cls)
        try:
            return cls(_env_file=file, _env_file_encoding=ENCODING, **given)
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f".env: {_unreadable(error)}") from None
        except SettingsError as error:
            # A list that is no JSON.
            raise ConfigurationError(str(error)) from None
        except ValidationError as error:
            # A default that depends on a wrong value is no mistake of its own.
            mistakes = [e for e in error.errors() if e["type"] != "default_factory_not_called"]
            raise ConfigurationError("; ".join(_reason(cls, each) for each in mistakes)) from None

    @property
    def can_mail(self) -> bool:
        """Whether mails reach somebody: in production, they need a server."""
        return self.smtp_url is not None or self.app_env != "production"

    @property
    def shared_redis(self) -> str | None:
        """REDIS_URL, with the password that it may contain."""
        return self.redis_url.get_secret_value() if self.redis_url else None


def _from_files(kind: type[Settings]) -> dict[str, Any]:
    """The secrets of which the environment names the file, as SECRET_KEY_FILE does."""
    given: dict[str, Any] = {}
    for name in filter(partial(_is_secret, kind), kind.model_fields):
        variable = f"{name.upper()}_FILE"
        if not (path := os.environ.get(variable)):
            continue
        if os.environ.get(name.upper()):
            raise ConfigurationError(f"{variable}: {name.upper()} is set as well")
        try:
            lines = Path(path).read_text(ENCODING).strip().splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{variable}: {_unreadable(error)}") from None
        if len(lines) != 1:
            raise ConfigurationError(f"{variable}: the file has to have one line")
        given[name] = lines[0]
    return given


def _unreadable(error: Exception) -> str:
    # Editors of Windows write UTF-16.
    return getattr(error, "strerror", None) or "it is no text in UTF-8"


def _is_secret(kind: type[Settings], name: str) -> bool:
    return "Secret" in str(kind.model_fields[name].annotation)


def _reason(kind: type[Settings], error: Any) -> str:
    reason = str(error["msg"]).removeprefix("Value error, ")
    if not error["loc"]:
        # Of a validator of all of them.
        return reason
    name = str(error["loc"][0])
    is_secret = name not in kind.model_fields or _is_secret(kind, name)
    value = "" if is_secret or error["type"] == "value_error" else f" {error['input']!r}:"
    return " ".join(f"{name.upper()}:{value} {reason}".split())
