"""Odd paths: no way out of the service, and no error in it."""

import httpx
import pytest

from .headers import assert_hygienic
from .problems import assert_problem
from .service import Service
from .wire import exchange, parse, request


def get(service: Service, target: bytes) -> httpx.Response:
    """Send the target as it is, where a client would normalise it."""
    response = parse(exchange(service, request(target)))
    assert response is not None
    return response


NOT_UTF_8 = [b"/%ff", b"/%C0%AF", b"/%ed%a0%80", b"/livez%ff", b"/api/v1/tasks/%ff", b"/docs/%80"]


@pytest.mark.parametrize("target", NOT_UTF_8, ids=bytes.decode)
def test_a_path_that_is_not_utf_8_is_malformed_or_unknown(service: Service, target: bytes) -> None:
    response = get(service, target)
    # Below /api/v1/tasks a token is asked for first.
    assert response.status_code in {400, 401, 404}
    assert_problem(response, response.status_code)
    assert_hygienic(response)


OUTSIDE = [
    b"/../../../../etc/passwd",
    b"/docs/../../../../../etc/passwd",
    b"/docs/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    b"/docs/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    b"/static/../../../../../../etc/passwd",
    b"/static/..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    b"/static/%252e%252e%252f%252e%252e%252fetc%252fpasswd",
    b"/static/..\\..\\..\\pyproject.toml",
    b"/static/..%5c..%5c..%5cpyproject.toml",
    b"/static//etc/passwd",
    b"/docs//etc/passwd",
    b"//etc/passwd",
    b"/etc/passwd%00.css",
    b"/pyproject.toml",
    b"/.env",
    b"/.git/config",
]


@pytest.mark.parametrize("target", OUTSIDE, ids=bytes.decode)
def test_no_path_leads_out_of_the_service(service: Service, target: bytes) -> None:
    response = get(service, target)
    assert response.status_code in {400, 404}
    assert_problem(response, response.status_code)


@pytest.mark.parametrize(
    "target",
    [
        b"//",
        b"///",
        b"//livez",
        b"//metrics",
        b"//docs",
        b"//api/v1/tasks",
        b"/livez//",
        b"/docs//",
    ],
    ids=bytes.decode,
)
def test_slashes_are_counted(service: Service, target: bytes) -> None:
    assert_problem(get(service, target), 404)


@pytest.mark.parametrize("target", [b"livez", b"localhost:80", b"*"], ids=bytes.decode)
def test_a_target_without_a_slash_is_malformed(service: Service, target: bytes) -> None:
    assert get(service, target).status_code == 400


# Where the server itself opens WebSockets (FastAPI's), there is none.
@pytest.mark.parametrize(("protocol", "statuses"), [(b"h2c", {200}), (b"websocket", {200, 404})])
def test_an_upgrade_that_is_not_offered_is_passed_over(
    service: Service, protocol: bytes, statuses: set[int]
) -> None:
    headers = (
        b"Connection: Upgrade\r\nUpgrade: %s\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" % protocol
    )
    response = parse(exchange(service, request(b"/livez", headers=headers)))
    assert response is not None
    assert response.status_code in statuses


@pytest.mark.parametrize("target", [b"/livez%0a", b"/openapi.json%0A"], ids=bytes.decode)
def test_a_line_feed_at_its_end_is_of_a_path(service: Service, target: bytes) -> None:
    assert_problem(get(service, target), 404)


@pytest.mark.parametrize(
    "target", [b"/%6civez", b"/%6C%69vez", b"/openapi%2ejson", b"/docs/%73wagger%2Dui.css"]
)
def test_a_letter_may_be_escaped(service: Service, target: bytes) -> None:
    assert get(service, target).status_code == 200


@pytest.mark.parametrize("target", [b"/n%C3%B6where%20x", b"/api/v1/%22%3C%7C%3E", b"/a%25%3Fb%23"])
def test_a_problem_is_of_the_path_as_it_stands_in_a_url(service: Service, target: bytes) -> None:
    assert get(service, target).json()["instance"] == target.decode()


ODD = [
    b"/livez/",
    b"/livez/.",
    b"/livez;a=1",
    b"/livez%00",
    b"/%00",
    b"/%",
    b"/%zz",
    b"/%2",
    b"/%2e",
    b"/%0d%0aX-Injected:%20yes",
    b"/api/v1/tasks/",
    b"/api//v1/tasks",
    b"/API/V1/TASKS",
    b"/api/v1/tasks/%2f",
    b"/api/v1/tasks/%0a",
    b"/api/v1/tasks?%ff=%ff",
    b"/livez?" + b"a=1&" * 1000,
    b"/" + b"a" * 6000,
    b"/" + b"a/" * 3000,
    b"/%F0%9F%8C%B1" * 300,
    b"?",
    b"/?",
    b"/#livez",
    b"/livez#",
]


@pytest.mark.parametrize("target", ODD, ids=lambda target: target[:30].decode())
def test_an_odd_path_is_no_error_of_the_service(service: Service, target: bytes) -> None:
    response = get(service, target)
    assert response.status_code < 500
    assert "X-Injected" not in response.headers


@pytest.mark.parametrize(
    "target", [b"//example.org/..", b"//example.org/%2f..", b"/\\example.org/"]
)
def test_no_path_redirects_to_another_host(service: Service, target: bytes) -> None:
    assert "example.org" not in get(service, target).headers.get("Location", "").split("?")[0]
