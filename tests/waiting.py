"""A process that has been started answers after a while."""

import time
from contextlib import suppress

import httpx


def await_answer(client: httpx.Client) -> None:
    """Wait until the service lives; raises TimeoutError after 30 seconds."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with suppress(httpx.TransportError):
            if client.get("/livez").status_code == httpx.codes.OK:
                return
        time.sleep(0.05)
    raise TimeoutError
