"""The service keeps to its OpenAPI document: schemathesis makes requests from it."""

import subprocess
import sys
from collections.abc import Iterator
from tempfile import TemporaryDirectory

import pytest

from .client import sign_up
from .commands import Commands
from .service import Service, Serving

SIGN_OUT = "/api/v1/tokens/current"


@pytest.fixture(scope="module")
def exercised(serving: Serving) -> Iterator[tuple[Service, list[str]]]:
    """A service with two tokens; of its own, as wrong passwords lock out this client."""
    with serving() as service, service.client() as client:
        yield service, [sign_up(client).token for _ in range(2)]


@pytest.mark.parametrize(
    "operations",
    [
        pytest.param(["--include-path-regex=^/api/v1/", f"--exclude-path={SIGN_OUT}"], id="all"),
        # On its own, as the token is worth nothing afterwards.
        pytest.param([f"--include-path={SIGN_OUT}"], id="signing out"),
    ],
)
def test_it_answers_as_its_document_says(
    commands: Commands, exercised: tuple[Service, list[str]], operations: list[str]
) -> None:
    service, tokens = exercised
    with TemporaryDirectory(prefix="schemathesis-") as folder:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "run", f"{service.url}/openapi.json"),
                *("--header", f"Authorization: Bearer {tokens.pop()}", *operations),
                *("--checks=all", "--max-examples=25", "--generation-deterministic"),
                *("--continue-on-failure", "--no-color"),
            ],
            cwd=folder,
            env=commands.environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
