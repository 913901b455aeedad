"""Bodies that are wrong a hundred thousand times: to say so costs what a right one costs."""

import json
from collections.abc import Callable, Iterator

import httpx
import pytest

from .client import Account
from .problems import assert_problem
from .processes import cpu_seconds
from .resource import Resource
from .service import Service

# All are about as long, and no longer than is read by default.
SIZE = 1_000_000
ATTEMPTS = 12
JSON = "application/json"


def fields(count: int) -> bytes:
    return json.dumps({f"f{number:05d}": 0 for number in range(count)}).encode()


def email(address: str, password: str = "a long password") -> bytes:
    return json.dumps({"email": address, "password": password}).encode()


# Made where they are sent, as each process of pytest reads this module.
COSTLY: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "unknown fields": ("{resource}", JSON, lambda: fields(75_000)),
    "unknown fields within one": ("{resource}", JSON, lambda: b'{"title": %s}' % fields(75_000)),
    "items in place of an object": ("{resource}", JSON, lambda: b"[%s0]" % (b"{}," * (SIZE // 3))),
    "a long address": ("/api/v1/users", JSON, lambda: email("a." * (SIZE // 2) + "a@example.com")),
    "a long host": ("/api/v1/users", JSON, lambda: email("a@" + "a." * (SIZE // 2) + "com")),
    "a long host to encode": (
        "/api/v1/users",
        JSON,
        lambda: email("a@" + "ü" * (SIZE // 6) + ".com"),
    ),
    "many at signs": ("/api/v1/users", JSON, lambda: email("@" * SIZE)),
    "a password of signs": ("/api/v1/users", JSON, lambda: email("@", "4@({[<691!|7$5+80%32" * 2)),
    "a form": ("{resource}", "application/x-www-form-urlencoded", lambda: b"a=&" * (SIZE // 3)),
    "a form of percent signs": (
        "{resource}",
        "application/x-www-form-urlencoded",
        lambda: b"%41" * (SIZE // 3),
    ),
    "parts of a form": (
        "{resource}",
        "multipart/form-data; boundary=b",
        lambda: (
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * (SIZE // 52) + b"--b--"
        ),
    ),
}

Send = Callable[[], object]


@pytest.fixture(scope="module")
def send_right(service: Service, shared_account: Account, resource: Resource) -> Iterator[Send]:
    """Sends as long a body that is accepted: a field that comes again is read each time."""
    [name, value], *_ = resource.new().items()
    again = b"%s:%s," % (json.dumps(name).encode(), json.dumps(value).encode())
    start = b"{%s" % (again * (SIZE // len(again)))

    with service.client(shared_account.token) as api:

        def send() -> None:
            content = start + resource.body()[1:]
            response = api.post(resource.path, content=content, headers={"Content-Type": JSON})
            assert response.status_code == 201

        yield send


@pytest.mark.parametrize(("path", "media_type", "make_body"), COSTLY.values(), ids=COSTLY.keys())
def test_a_wrong_body_costs_about_what_a_right_one_does(
    service: Service,
    api: httpx.Client,
    resource: Resource,
    send_right: Send,
    path: str,
    media_type: str,
    make_body: Callable[[], bytes],
) -> None:
    body = make_body()

    def send_wrong() -> None:
        headers = {"Content-Type": media_type}
        response = api.post(resource.at(path), content=body, headers=headers)
        assert response.status_code in {415, 422}
        assert len(response.content) < 10_000

    def cost(send: Send) -> float:
        before = cpu_seconds(service.leader)
        send()
        return cpu_seconds(service.leader) - before

    # Other tests may have the service work for them at the same time: the fewest seconds count.
    right = wrong = float("inf")
    for _ in range(ATTEMPTS):
        right = min(right, cost(send_right))
        wrong = min(wrong, cost(send_wrong))
        # So many values take a twentieth of a second more, as each has a name of its own.
        if wrong < right + 0.1:
            return
    pytest.fail(f"it took {wrong:.2f} s of a processor, a right one {right:.2f} s")


def test_at_most_20_errors_are_listed(api: httpx.Client, resource: Resource) -> None:
    for count in (20, 21, 75_000):
        wrong = json.loads(fields(count)) | resource.new()
        response = api.post(resource.path, json=wrong)
        errors = assert_problem(response, 422, extra=["errors"])["errors"]
        assert 1 <= len(errors) <= 20
