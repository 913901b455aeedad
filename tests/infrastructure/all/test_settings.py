"""Settings: what is wrong is named, and stops the start."""

from pathlib import Path
from typing import Annotated, Self

import pytest
from pydantic import Field, SecretStr, model_validator

from task_service.config import Settings
from task_service.infrastructure.database import PRODUCTION_DATABASES
from task_service.infrastructure.settings import ConfigurationError

WRONG = {
    "APP_ENV": ["staging"],
    "HOST": ["a..b", "\udcff", "x" * 64],
    "PORT": ["http", "-1", "65536", "80.5"],
    "WEB_CONCURRENCY": ["0", "-1", "many"],
    "DATABASE_URL": [
        *("nonsense", "oracle://db.example/x", "http://db.example/x", "://"),
        *(
            "sqlite://db.example/x",
            "sqlite://",
            "sqlite:///:memory:",
            "sqlite:///x?mode=ro",
            "postgresql://db.example/x?sslmod=require",
        ),
        *("postgresql://user:p%zz@db.example/x", "postgres://user:pass/word@db.example/x"),
    ],
    "LOG_LEVEL": ["LOUD"],
    "LOG_FORMAT": ["xml"],
    "CORS_ALLOW_ORIGINS": [
        *("app.example", "https://app.example/path", "https://a https://b", "https://["),
        *("https://a:b", "https://a@b", '["https://app.example"]'),
    ],
    "CORS_ALLOW_CREDENTIALS": ["perhaps"],
    "ALLOWED_HOSTS": [
        *("https://app.example", ".example.com", "*", "[example.com]", "[::1", '["a"]'),
    ],
    "FORWARDED_ALLOW_IPS": ["proxy.example", "10.0.0.256", "127.0.0.1,nonsense"],
    "ROOT_PATH": ["shop", "//shop", "/..", "/shop/./", "/shop?", "https://app.example/shop"],
    "MAX_BODY_BYTES": ["-1", "1 MiB", "many"],
    "BODY_TIMEOUT_SECONDS": ["0", "-1", "soon"],
    "DRAIN_SECONDS": ["-1", "0.5", "soon"],
    "TOKEN_TTL_SECONDS": ["0", "-1", "one day", "9" * 30],
    "SIGN_UPS_PER_MINUTE": ["0", "-1", "many"],
    "SMTP_URL": [
        "nonsense",
        "http://mail.example",
        "smtp://",
        "smtp://:587",
        "smtp://mail.example:x",
        "smtp://a:99999",
    ],
    "MAIL_FROM": ["nonsense", "a@b.example\n"],
    "PUBLIC_URL": [
        *("shop.example", "ftp://shop.example", "https://", "https://:443"),
        *("https://shop .example", "https://shop.example/?a=b"),
    ],
    "WORKER_PORT": ["0", "65536", "http"],
    "STATEMENT_TIMEOUT_SECONDS": ["0", "-1", "soon"],
    "REDIS_URL": [
        *("nonsense", "http://redis.example", "redis://[::1", "redis://redis.example:x"),
        *("redis://redis.example/x", "redis://redis.example/0?nonsense=1"),
        *("redis://redis.example?socket_timeout=x", "rediss://redis.example?ssl_cert_reqs=x"),
    ],
    "OTEL_EXPORTER_OTLP_ENDPOINT": ["nonsense", "http://[", "http://collector.example:port"],
}


@pytest.mark.parametrize(
    ("variable", "value"),
    [(variable, value) for variable, values in WRONG.items() for value in values],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError) as refused:
        Settings.load()
    line = str(refused.value)
    assert line.startswith(f"{variable}: ")
    assert "\n" not in line


def test_all_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "http")
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    with pytest.raises(ConfigurationError, match=r"PORT: .*; LOG_LEVEL: ") as refused:
        Settings.load()
    assert "'http'" in str(refused.value)


class Own(Settings):
    """With a check of several, and a list that no template has."""

    token: Annotated[SecretStr, Field(max_length=7)] = SecretStr("")
    numbers: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.token.get_secret_value() == "hunter2":
            raise ValueError("TOKEN and PORT do not go together")
        return self


def test_what_is_wrong_with_several_is_one_line_with_no_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TOKEN", "hunter2")
    with pytest.raises(ConfigurationError) as refused:
        Own.load()
    assert str(refused.value) == "TOKEN and PORT do not go together"


def test_a_list_that_is_no_json_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBERS", "1,2")
    with pytest.raises(ConfigurationError, match=r"^[^\n]*numbers[^\n]*$"):
        Own.load()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "oracle://scott:tiger@db.example/x"),
        ("DATABASE_URL", "postgresql://scott:tiger%zz@db.example/x"),
        ("DATABASE_URL", "postgresql://scott:tiger/x@db.example/x"),
        ("CORS_ALLOW_ORIGINS", "https://scott:tiger@app.example"),
        ("TOKEN", "tiger, tiger"),
    ],
)
def test_a_secret_that_is_wrong_is_not_repeated(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError) as refused:
        Own.load()
    assert "tiger" not in str(refused.value)


@pytest.mark.parametrize(
    "content",
    ["PORT=80".encode("utf-16"), "# für uns".encode("latin-1")],
    ids=["UTF-16", "Latin-1"],
)
def test_a_file_that_is_not_utf_8_is_refused_in_one_line(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("APP_ENV", raising=False)
    monkeypatch.chdir(tmp_path)
    Path(".env").write_bytes(content)
    with pytest.raises(ConfigurationError) as refused:
        Settings.load()
    assert str(refused.value) == ".env: it is no text in UTF-8"


def test_a_secret_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "database_url"
    file.write_text("sqlite:////srv/service.sqlite3\n")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DATABASE_URL_FILE", str(file))
    assert Settings.load().database_url.get_secret_value() == "sqlite:////srv/service.sqlite3"
    # Of what is none, there is no such variable.
    monkeypatch.setenv("PORT_FILE", str(file))
    assert Settings.load().port == 8000


def test_files_may_begin_with_the_mark_of_utf_8(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("APP_ENV", "PORT", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".env").write_text("PORT=8123\n", "utf-8-sig")
    (tmp_path / "database_url").write_text("sqlite:////srv/service.sqlite3\r\n", "utf-8-sig")
    monkeypatch.setenv("DATABASE_URL_FILE", "database_url")
    settings = Settings.load()
    assert settings.port == 8123
    assert settings.database_url.get_secret_value() == "sqlite:////srv/service.sqlite3"


def test_a_secret_s_file_that_can_t_be_read_or_has_not_one_line_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "redis_url"
    monkeypatch.setenv("REDIS_URL_FILE", str(file))
    with pytest.raises(ConfigurationError, match="REDIS_URL_FILE: No such file or directory"):
        Settings.load()
    file.write_bytes("redis://redis.example".encode("utf-16"))
    with pytest.raises(ConfigurationError, match="REDIS_URL_FILE: it is no text in UTF-8"):
        Settings.load()
    for text in ("", " \n", "redis://redis.example\nredis://another.example\n"):
        file.write_text(text)
        with pytest.raises(
            ConfigurationError, match="REDIS_URL_FILE: the file has to have one line"
        ):
            Settings.load()
    monkeypatch.setenv("REDIS_URL", "redis://redis.example")
    with pytest.raises(ConfigurationError, match="REDIS_URL_FILE: REDIS_URL is set as well"):
        Settings.load()


@pytest.mark.parametrize("database_url", ["", "sqlite:///local.sqlite3"])
def test_production_needs_a_database_of_its_own(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.setenv("DATABASE_URL", database_url)
    with pytest.raises(ConfigurationError, match="DATABASE_URL: "):
        Settings.load()


def test_production_does_not_let_every_site_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ALLOW_ORIGINS", "*")
    assert Settings.load().cors_allow_origins == ("*",)
    monkeypatch.setenv("APP_ENV", "production")
    with pytest.raises(ConfigurationError, match="CORS_ALLOW_ORIGINS: "):
        Settings.load()


def test_cookies_are_for_origins_that_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ALLOW_CREDENTIALS", "true")
    assert Settings.load().cors_allow_credentials
    monkeypatch.setenv("CORS_ALLOW_ORIGINS", "*")
    with pytest.raises(ConfigurationError, match="CORS_ALLOW_CREDENTIALS: "):
        Settings.load()


def test_a_list_is_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "api.example, www.example,")
    assert Settings.load().allowed_hosts == ("api.example", "www.example")


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000")],
    ids=["IPv4", "IPv6"],
)
def test_links_lead_to_where_it_listens_unless_they_are_set(
    host: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOST", host)
    assert Settings.load().public_url == address
    monkeypatch.setenv("PUBLIC_URL", "https://shop.example/base/")
    assert Settings.load().public_url == "https://shop.example/base"


@pytest.mark.parametrize("name", ["MAIL_FROM", "PUBLIC_URL"])
def test_who_sends_mails_in_production_says_whose_they_are(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending = {"MAIL_FROM": "Shop <shop@shop.example>", "PUBLIC_URL": "https://shop.example"}
    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.setenv("DATABASE_URL", f"{PRODUCTION_DATABASES[0]}:///of-production")
    monkeypatch.setenv("SMTP_URL", "smtp://mail.example")
    for each in sending.keys() - {name}:
        monkeypatch.setenv(each, sending[each])
    with pytest.raises(ConfigurationError, match=f"{name}: who sends mails by SMTP_URL needs"):
        Settings.load()
