"""Load on a server, by wrk."""

import json
import subprocess
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
SCRIPT = Path(__file__).with_name("load.lua")
# Of a load that is fixed: so many that one which waits for its answer holds up few requests.
CONNECTIONS = 32
# A disk or a machine may pause: a load that nothing comes of lasts so many times as long, in turn.
TRIES = (1, 2, 4, 8)


class Request(NamedTuple):
    """What is sent: with which header fields, and with a body to create something."""

    path: str
    headers: Mapping[str, str] = NO_HEADERS
    body: str = ""


class Load(NamedTuple):
    """How many requests a second were answered, and how many milliseconds each took."""

    rate: float
    latencies: list[float]


def ask(base: str, request: Request) -> None:
    """Send one; raises `HTTPError` where it is not answered with 2xx."""
    body = request.body.encode() or None
    asked = urllib.request.Request(f"{base}{request.path}", body, dict(request.headers))
    urllib.request.urlopen(asked, timeout=10).close()


def full(base: str, request: Request, *, seconds: int, at_once: int) -> Load:
    """Always have so many requests wait for their answer; raises SystemExit as `_load` does."""
    return _load(base, request, seconds, at_once, pause=0)


def fixed(base: str, request: Request, *, seconds: int, rate: int) -> Load:
    """Send about so many requests a second, at random; raises SystemExit as `_load` does."""
    return _load(base, request, seconds, CONNECTIONS, pause=1000 * CONNECTIONS / rate)


def warm(base: str, request: Request, *, at_once: int) -> None:
    """Have a server make its connections, and load what it loads late, for a second."""
    _sent(base, request, 1, at_once, pause=0)


def _load(base: str, request: Request, seconds: int, connections: int, *, pause: float) -> Load:
    """Send requests; raises SystemExit where one was not answered with 2xx, or none at all."""
    for times in TRIES:
        found = _sent(base, request, seconds * times, connections, pause=pause)
        if found.latencies:
            return found
    raise SystemExit(f"{request.path} was not answered within {seconds * TRIES[-1]} s")


def _sent(base: str, request: Request, seconds: int, connections: int, *, pause: float) -> Load:
    """What wrk says of it.

    pause: the mean of those between two requests of a connection, in milliseconds.
    """
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s"]
    for name, value in request.headers.items():
        command += ["-H", f"{name}: {value}"]
    method = "POST" if request.body else "GET"
    command += ["-s", str(SCRIPT), f"{base}{request.path}", "--", method, request.body, str(pause)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"wrk failed: {done.stdout}{done.stderr}")
    found = json.loads(done.stdout.splitlines()[-1])
    if found.pop("errors"):
        raise SystemExit(f"{request.path} was not always answered with 2xx: {done.stdout}")
    return Load(**found)
