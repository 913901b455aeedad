"""The command for development: it reads `.env`, migrates the embedded database, and serves."""

import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from .client import connect, sign_up
from .commands import Commands
from .processes import can_be_used, free_port, group, kill_group
from .waiting import eventually


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="development-") as path:
        yield Path(path)


@contextmanager
def started(
    commands: Commands, folder: Path, port: int, url: str
) -> Iterator[subprocess.Popen[bytes]]:
    """The command, in a folder with a file that says where and with which database it serves."""
    (folder / ".env").write_text(f"PORT={port}\nDATABASE_URL={url}\nno setting\n")
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            commands.project.command,
            cwd=folder,
            env=commands.environment(TMPDIR=str(folder)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill_group(process.pid)
        process.wait()


@contextmanager
def developing(commands: Commands, folder: Path) -> Iterator[str]:
    """Where the service is served, on a database that it makes."""
    port = free_port()
    with started(commands, folder, port, f"sqlite:///{folder}/new.sqlite3") as process:
        yield f"http://127.0.0.1:{port}"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


@pytest.fixture
def copy(folder: Path, commands: Commands) -> Path:
    """A copy of the code, to be changed."""
    package = commands.project.package
    copy = folder / "src" / package
    # Not what somebody is just writing there.
    leave_out = shutil.ignore_patterns("*.pyc.*")
    shutil.copytree(commands.project.root / "src" / package, copy, ignore=leave_out)
    return copy


@pytest.fixture
def commands_of_copy(commands: Commands, copy: Path) -> Commands:
    """The commands of the copied code."""
    ours = {"PYTHONPATH": str(copy.parent), "COVERED_SOURCE": str(copy.parent)}
    return replace(commands, measured={**commands.measured, **ours})


def is_up(client: httpx.Client, path: str = "/readyz") -> bool:
    try:
        return client.get(path).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def describes_itself(client: httpx.Client, description: str) -> bool:
    with suppress(httpx.TransportError):
        response = client.get("/openapi.json")
        return response.is_success and response.json()["info"]["description"] == description
    return False


def test_it_serves_also_what_has_changed_after_a_change_that_was_wrong(
    commands_of_copy: Commands, folder: Path, copy: Path
) -> None:
    about = copy / "about.py"
    text = about.read_text("utf-8")
    with developing(commands_of_copy, folder) as url, connect(url) as client:
        eventually(lambda: is_up(client), "it serves", within=30)
        # In a database that it has made.
        sign_up(client)
        assert "What next?" in client.get("/").text
        # The mail that it has sent nobody is there to be read, and its link to be followed.
        said = folder / "output"
        eventually(lambda: "/account/verify-email/" in said.read_text("utf-8"), "a mail", within=15)
        [mail] = folder.glob("mails/*.eml")
        # In a file that can be found and read, with links that are whole.
        assert "address" in mail.name
        assert re.search(rf"(?m)^{url}/account/verify-email/\S{{43}}$", mail.read_text("utf-8"))
        terminal, _, _ = said.read_text("utf-8").partition("a mail")
        assert f"{url}/docs" in terminal
        # In as few lines as can be read, nothing of which is empty.
        assert len(terminal.splitlines()) <= 15
        assert "line 3" in terminal.partition(url)[0]
        assert "None" not in terminal
        about.write_text(f"{text}def (\n", "utf-8")
        eventually(lambda: not is_up(client), "it can't serve that", within=30)
        about.write_text(f"{text}DESCRIPTION = 'Changed'\n", "utf-8")
        eventually(lambda: describes_itself(client, "Changed"), "it has changed", within=30)


@pytest.mark.alike("granian")
def test_on_postgresql_it_migrates_nothing_and_all_of_it_ends_when_its_first_process_is_killed(
    commands: Commands, folder: Path, parts: frozenset[str]
) -> None:
    port = free_port()
    url = f"sqlite:///{folder}/new.sqlite3"
    if "postgresql" in parts:
        url = f"postgresql://user:{secrets.token_hex(8)}@127.0.0.1:{free_port()}/service"
    with started(commands, folder, port, url) as process:
        with connect(f"http://127.0.0.1:{port}") as client:
            eventually(lambda: is_up(client, "/livez"), "it serves", within=30)
            # It waits for the database, which is away.
            assert is_up(client) == ("postgresql" not in parts)
        says_what_to_do = "made by the command `migrate`" in (folder / "output").read_text("utf-8")
        assert says_what_to_do == ("postgresql" in parts)
        process.kill()
        process.wait()
        eventually(lambda: not group(process.pid), "all its processes are gone", within=15)
        assert can_be_used(port)
