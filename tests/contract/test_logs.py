"""Logs: JSON lines on standard output, one for each request, and no secrets in them."""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from .backing import Databases
from .client import bearer, new_email, new_password, sign_up
from .service import OwnService, Service, Serving
from .tasks import create_task
from .waiting import eventually
from .wire import exchange, request

AS_JSON = {"Content-Type": "application/json"}
ACCESS = {"method", "route", "path", "status", "duration_ms", "client"}
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def lines_of(service: Service, request_id: str) -> list[dict[str, Any]]:
    """What was logged under the id, once the access line is there."""

    def found() -> list[dict[str, Any]]:
        return [line for line in service.log(request_id) if line.get("request_id") == request_id]

    eventually(lambda: any(set(line) >= ACCESS for line in found()), "the access line", within=5)
    return found()


def access_line(
    service: Service, client: httpx.Client, method: str, path: str, **request_: Any
) -> dict[str, Any]:
    """The access line of this request; there is exactly one."""
    request_id = uuid4().hex
    client.request(method, path, headers={"X-Request-ID": request_id}, **request_)
    [line] = [line for line in lines_of(service, request_id) if set(line) >= ACCESS]
    return line


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", "/", "/", 200),
        ("HEAD", "/", "/", 200),
        ("POST", "/docs", None, 405),
        ("GET", "/api/v1/users/me", "/api/v1/users/me", 401),
        pytest.param("GET", "/api/v1/tasks", "/api/v1/tasks", 401, marks=pytest.mark.part("tasks")),
        pytest.param(
            "GET", "/api/v1/tasks/17", "/api/v1/tasks/{id}", 401, marks=pytest.mark.part("tasks")
        ),
        ("POST", "/api/v1/users", "/api/v1/users", 415),
        ("GET", "/nowhere", None, 404),
        ("OPTIONS", "/nowhere", None, 404),
    ],
)
def test_each_request_is_one_line(
    service: Service, client: httpx.Client, method: str, path: str, route: str | None, status: int
) -> None:
    body = {"content": b"{}"} if method == "POST" else {}
    line = access_line(service, client, method, path, **body)
    assert (line["method"], line["path"], line["status"]) == (method, path, status)
    assert line["client"] == "127.0.0.1"
    assert 0 <= line["duration_ms"] < 15_000
    if route is not None:
        assert line["route"] == route


@pytest.mark.part("tasks")
def test_a_signed_in_request_is_one_line_with_its_route(
    service: Service, api: httpx.Client
) -> None:
    task = create_task(api)
    line = access_line(service, api, "GET", f"/api/v1/tasks/{task['id']}")
    assert line["route"] == "/api/v1/tasks/{id}"
    assert line["path"] == f"/api/v1/tasks/{task['id']}"


def test_the_query_is_not_logged(service: Service, client: httpx.Client) -> None:
    secret = uuid4().hex
    line = access_line(service, client, "GET", f"/docs?access_token={secret}")
    assert line["path"] == "/docs"
    assert secret not in service.printed()


def test_what_probes_ask_is_not_logged(service: Service, client: httpx.Client) -> None:
    asked = uuid4().hex
    for path in ("/livez", "/readyz", "/metrics"):
        client.get(path, headers={"X-Request-ID": asked})
    # Whose line comes after theirs.
    access_line(service, client, "GET", "/")
    assert not service.log(asked)


def test_a_path_can_not_start_a_line(service: Service, client: httpx.Client) -> None:
    line = access_line(service, client, "GET", "/nowhere%0A%7B%22forged%22:1%7D%0A")
    assert line["status"] in {400, 404}
    assert not any("forged" in line for line in service.log())


@pytest.fixture(scope="module")
def whole_life(
    serving: Serving,
    databases: Databases,
    production_settings: dict[str, str],
    parts: frozenset[str],
) -> Iterator[tuple[OwnService, list[str]]]:
    """A service that has ended, with the secrets that it has seen."""
    settings = {**(databases.settings if "postgresql" in parts else production_settings)}
    if settings["APP_ENV"] == "production":
        # Which is JSON by default.
        settings["LOG_FORMAT"] = ""
    with serving(**settings, LOG_LEVEL="DEBUG") as service:
        secrets = show_secrets(service)
        with service.client() as client:
            client.get("/livez")
        for malformed in (b"nonsense\r\n\r\n", request(b"/\xff"), b"\x16\x03\x01\x00\xa5\x01\x00"):
            exchange(service, malformed, half_close=True, patience=2)
        service.stop()
        yield service, secrets


def show_secrets(service: Service) -> list[str]:
    """Send secrets to all the places from where they may get into a message."""
    with service.client() as client:
        account = sign_up(client)
        wrong = new_password()
        for path, user in (
            ("tokens", {"email": account.email, "password": wrong}),
            ("users", {"email": new_email(), "password": wrong * 9}),
            ("users", {"email": new_email(), "password": [wrong]}),
            ("users", {"email": new_email(), wrong: wrong}),
        ):
            client.post(f"/api/v1/{path}", json=user)
        client.post("/api/v1/users", content=f'{{"password": "{wrong}"', headers=AS_JSON)
        other = uuid4().hex
        for value in (f"Bearer {other}", f"Basic {other}", f"Bearer {account.token} {other}"):
            client.get("/api/v1/users/me", headers={"Authorization": value})
        client.get(f"/api/v1/users/me?access_token={other}", headers=bearer(account.token))
        client.delete("/api/v1/tokens/current", headers=bearer(account.token))
        client.get("/api/v1/users/me", headers=bearer(account.token))
    # Nor is a hash for others to try passwords on.
    return [account.password, account.token, wrong, other, "$argon2"]


def test_every_line_of_its_life_is_one_json_object(
    whole_life: tuple[Service, list[str]],
) -> None:
    service, _ = whole_life
    lines = service.output.read_text("utf-8").splitlines()
    assert len(lines) > 10
    for text in lines:
        line = json.loads(text)
        assert TIMESTAMP.fullmatch(line["timestamp"])
        assert all(
            isinstance(line[name], str) and line[name] for name in ("level", "event", "logger")
        )


def test_nothing_is_printed_elsewhere(whole_life: tuple[Service, list[str]]) -> None:
    service, _ = whole_life
    assert service.errors.read_text("utf-8") == ""


def test_the_server_s_own_lines_are_among_them(whole_life: tuple[Service, list[str]]) -> None:
    service, _ = whole_life
    assert any("request_id" not in line or line["request_id"] is None for line in service.log())


def test_at_debug_what_probes_ask_is_logged(whole_life: tuple[Service, list[str]]) -> None:
    service, _ = whole_life
    assert any(line.get("path") == "/livez" for line in service.log())


def test_secrets_are_not_in_the_log(whole_life: tuple[Service, list[str]]) -> None:
    service, secrets = whole_life
    printed = service.printed()
    assert not [secret for secret in secrets if secret in printed]


def test_the_console_format_is_for_people(serving: Serving) -> None:
    with serving(LOG_FORMAT="console") as service, service.client() as client:
        client.get("/nowhere%0Aforged%1B%5B2J")
        eventually(lambda: "/nowhere" in service.printed(), "the request", within=5)
        printed = service.printed()
    assert not any(line.startswith(("{", "forged")) for line in printed.splitlines())
    assert "\x1b[2J" not in printed
