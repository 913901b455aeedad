"""What the headers of every response must be."""

import re

import httpx

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


def assert_hygienic(response: httpx.Response) -> None:
    """Check the headers that every response over plain HTTP carries."""
    headers = response.headers
    assert len(headers.get_list("X-Request-ID")) == 1, headers
    assert REQUEST_ID.fullmatch(headers["X-Request-ID"])
    assert headers["X-Content-Type-Options"] == "nosniff"
    # With `no-referrer`, forms of a page would come as if from nowhere.
    is_page = headers.get("Content-Type", "").startswith("text/html")
    assert headers["Referrer-Policy"] == ("same-origin" if is_page else "no-referrer")
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Content-Security-Policy"]
    assert not re.search(r"\d", headers.get("Server", "")), headers["Server"]
    if response.request.url.path.startswith("/api/"):
        assert headers["Cache-Control"] == "no-store"


# Responses that did not, since somebody looked last; it is a failure of theirs and of no other row.
UNHYGIENIC: list[str] = []
TELLTALE = "responses without the headers that each one carries"


def note_hygiene(response: httpx.Response) -> None:
    """Check them for whoever looks at the end of a test, which goes on as if all were well."""
    try:
        assert_hygienic(response)
    except (AssertionError, KeyError) as error:
        UNHYGIENIC.append(f"{response.request.method} {response.request.url}: {error!r}")
