"""The service keeps to its OpenAPI document: schemathesis makes requests from it."""

import subprocess
import sys
from tempfile import TemporaryDirectory

import pytest

from .client import sign_up
from .commands import environment
from .service import Serving

SIGN_OUT = "/api/v1/tokens/current"


@pytest.mark.parametrize(
    "operations",
    [
        pytest.param(["--include-path-regex=^/api/v1/", f"--exclude-path={SIGN_OUT}"], id="all"),
        # On its own, as the token is worth nothing afterwards.
        pytest.param([f"--include-path={SIGN_OUT}"], id="signing out"),
    ],
)
def test_it_answers_as_its_document_says(serving: Serving, operations: list[str]) -> None:
    # A service of its own, as wrong passwords lock out this client.
    with serving() as service, TemporaryDirectory(prefix="schemathesis-") as folder:
        with service.client() as client:
            token = sign_up(client).token
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "run", f"{service.url}/openapi.json"),
                *("--header", f"Authorization: Bearer {token}", *operations),
                *("--checks=all", "--max-examples=25", "--generation-deterministic"),
                *("--continue-on-failure", "--no-color"),
            ],
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
