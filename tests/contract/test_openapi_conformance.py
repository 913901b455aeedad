"""The service keeps to its OpenAPI document: schemathesis makes requests from it."""

import subprocess
import sys
from pathlib import Path

import pytest

from .client import sign_up
from .commands import Commands
from .grounds import Grounds
from .mails import PUBLIC_URL, SENDER
from .service import Serving

# Signing out has tokens of its own, which are worth nothing afterwards. No schema says which
# password is the right one.
CONFIGURATION = """
hooks = "hooks"
headers = {{ Authorization = "Bearer {}" }}

[[operations]]
include-path = "/api/v1/tokens/current"
headers = {{ Authorization = "Bearer {}" }}

[[operations]]
include-path = "/api/v1/tokens"
headers = {{ Authorization = "Bearer {}" }}

[[operations]]
include-path-regex = "/users/me"
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "422", "429"]
"""
# No schema says which names of hosts are kept for other uses, such as `.test`, nor that most
# passwords of digits are easy to guess, or which addresses are another one in a mail's header.
HOOKS = r"""
import schemathesis
from hypothesis import strategies as st

# Hypothesis' own take a third of all its time.
letters = "abcdefghijklmnopqrstuvwxyz0123456789"
local_parts = st.text(letters + letters.upper() + "!#$%&'*+-/=?^_`{|}~", min_size=1, max_size=20)
domains = st.text(letters, min_size=1, max_size=20)
schemathesis.openapi.format("email", st.builds("{}@{}.com".format, local_parts, domains))


@schemathesis.hook
def filter_body(context, body):
    if not isinstance(body, dict):
        return True
    return not str(body.get("password")).isdigit() and "=?" not in str(body.get("email"))
"""


def test_it_answers_as_its_document_says_and_logs_none_of_it_as_an_error(
    request: pytest.FixtureRequest,
    commands: Commands,
    serving: Serving,
    grounds: Grounds,
    tmp_path: Path,
) -> None:
    examples = request.config.getoption("examples")
    # Hypothesis finds there what it has made of Unicode before, which takes seconds.
    kept = f"{Path.cwd()}/.hypothesis"
    # A service of its own, as wrong passwords lock out this client.
    mailing = {"SMTP_URL": grounds.smtp_url, "MAIL_FROM": SENDER, "PUBLIC_URL": PUBLIC_URL}
    with serving(LOG_LEVEL="ERROR", **mailing) as service, service.client() as client:
        tokens = [sign_up(client).token for _ in range(3)]
        (tmp_path / "schemathesis.toml").write_text(CONFIGURATION.format(*tokens))
        (tmp_path / "hooks.py").write_text(HOOKS)
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "run", f"{service.url}/openapi.json"),
                *("--include-path-regex=^/api/v1/", "--checks=all", f"--max-examples={examples}"),
                *("--generation-deterministic", "--continue-on-failure", "--no-color"),
            ],
            cwd=tmp_path,
            env=commands.environment() | {"HYPOTHESIS_STORAGE_DIRECTORY": kept},
            capture_output=True,
            text=True,
            timeout=1800,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        service.stop()
        assert service.log() == []
