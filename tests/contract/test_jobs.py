"""Background jobs: what is asked for is done, whatever becomes of the worker."""

import re
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from uuid import UUID

import httpx
import pytest

from .backing import Databases
from .backing.sqlite import SQLiteDatabases, path_of
from .client import new_email, new_password
from .commands import Commands
from .grounds import Grounds
from .jobs import working
from .mails import SENDER, Mails
from .processes import free_port
from .service import OwnService, Serving
from .waiting import eventually

pytestmark = pytest.mark.alike("sqlalchemy")

# For so long a worker that says nothing is waited for.
LEASE_SECONDS = 15


@pytest.fixture(scope="module")
def unattended(serving: Serving, grounds: Grounds) -> Iterator[OwnService]:
    """A service that sends mails, with no worker."""
    mailing = {"MAIL_FROM": SENDER, "PUBLIC_URL": "https://shop.example"}
    with serving(SMTP_URL=grounds.smtp_url, **mailing) as service:
        yield service


@pytest.fixture
def client(unattended: OwnService) -> Iterator[httpx.Client]:
    with unattended.client() as client:
        yield client


class BlackHole:
    """A mail server that says nothing, until it is asked to hang up."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self._listening.getsockname()[1]}"

    def accept(self) -> socket.socket:
        self._listening.settimeout(20)
        return self._listening.accept()[0]

    def close(self) -> None:
        self._listening.close()


@pytest.fixture
def black_hole() -> Iterator[BlackHole]:
    server = BlackHole()
    yield server
    server.close()


def ask(client: httpx.Client) -> str:
    """Have a mail sent; to whom."""
    email = new_email()
    user = {"email": email, "password": new_password()}
    assert client.post("/api/v1/users", json=user).status_code == 201
    return email


def test_what_a_worker_that_is_killed_had_begun_another_one_does(
    commands: Commands,
    unattended: OwnService,
    client: httpx.Client,
    mails: Mails,
    black_hole: BlackHole,
) -> None:
    email = ask(client)
    settings = unattended.settings
    with ExitStack() as stack:
        killed = stack.enter_context(working(commands, {**settings, "SMTP_URL": black_hole.url}))
        with black_hole.accept():
            killed.kill()
        stack.enter_context(working(commands, settings))
        mails.next_to(email, within=LEASE_SECONDS + 10)
        assert len(mails.to(email)) == 1


def test_a_worker_that_is_told_to_stop_finishes_what_it_has_begun(
    commands: Commands,
    unattended: OwnService,
    client: httpx.Client,
    mails: Mails,
    black_hole: BlackHole,
) -> None:
    email = ask(client)
    port = free_port()
    slow = {**unattended.settings, "SMTP_URL": black_hole.url, "WORKER_PORT": str(port)}
    with working(commands, slow) as worker:
        connection = black_hole.accept()
        figures = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
        assert re.search(r"(?m)^jobs_running\{.*\} 1\.0$", figures)
        for name in ("jobs_waiting", "jobs_retrying", "jobs_failed", "jobs_oldest_seconds"):
            assert re.search(rf"(?m)^{name}\{{", figures)
        worker.process.terminate()
        with connection:
            text = take_mail(connection)
        assert worker.process.wait(timeout=10) == 0
        worker.is_over = True
    assert email in text
    assert mails.to(email) == []


def take_mail(connection: socket.socket, *, recipients: str = "250 well") -> str:
    """Be a mail server on a connection, to its end; what it was told.

    recipients: what it says to each.
    """
    connection.settimeout(10)
    told = ""
    with connection.makefile("rw", encoding="utf-8", newline="") as file:

        def say(text: str) -> None:
            file.write(f"{text}\r\n")
            file.flush()

        say("220 shop.example")
        while line := file.readline():
            told += line
            if line.upper().startswith("DATA"):
                say("354 go on")
                while (line := file.readline()) != ".\r\n":
                    told += line
            if line.upper().startswith("QUIT"):
                say("221 bye")
                break
            say(recipients if line.upper().startswith("RCPT") else "250 well")
    return told


def test_a_mail_whose_recipient_is_refused_for_good_is_not_tried_again(
    commands: Commands, unattended: OwnService, client: httpx.Client, black_hole: BlackHole
) -> None:
    email = ask(client)
    with working(commands, {**unattended.settings, "SMTP_URL": black_hole.url}) as worker:
        with black_hole.accept() as connection:
            take_mail(connection, recipients="550 nobody has this address")
        eventually(lambda: "dropped" in worker.printed(), "the log says so", within=15)
        assert email not in worker.printed()
        assert "for now" not in worker.printed()
    told = commands.run("jobs", **unattended.settings)
    assert (told.returncode, told.stdout) == (0, "")


def test_what_fails_is_tried_again_later_with_the_id_of_its_request(
    commands: Commands, unattended: OwnService, client: httpx.Client, mails: Mails, grounds: Grounds
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        away = f"smtp://127.0.0.1:{closed.getsockname()[1]}"
    client.headers["X-Request-ID"] = "who-asked"
    email = ask(client)
    with working(commands, {**unattended.settings, "SMTP_URL": away}) as worker:
        eventually(lambda: "for now" in worker.printed(), "it fails", within=15)
        assert '"who-asked"' in worker.printed()
        assert email not in worker.printed()
    told = commands.run("jobs", **unattended.settings)
    assert (told.returncode, told.stdout) == (0, "")
    with working(commands, {**unattended.settings, "SMTP_URL": grounds.smtp_url}):
        mails.next_to(email)


def test_what_has_failed_for_good_is_listed_and_begun_anew(
    commands: Commands, serving: Serving, sqlite_databases: SQLiteDatabases, black_hole: BlackHole
) -> None:
    url = sqlite_databases.migrated()
    mailing = {
        "SMTP_URL": black_hole.url,
        "MAIL_FROM": SENDER,
        "PUBLIC_URL": "https://shop.example",
    }
    with serving(**sqlite_databases.settings, DATABASE_URL=url, **mailing) as service:
        settings = service.settings
        with service.client() as client:
            client.headers["X-Request-ID"] = "who-asked"
            ask(client)
        # As if each worker that began it had been killed.
        with closing(sqlite3.connect(path_of(url))) as connection, connection:
            connection.execute("UPDATE jobs SET attempts = 12")
        with working(commands, settings) as worker:
            eventually(lambda: "failed for good" in worker.printed(), "it gives up", within=15)
        head, line = commands.run("jobs", **settings).stdout.splitlines()
        assert head.split() == ["id", "failed", "at", "tries", "request", "job:", "error"]
        job, date, _time, tries, request, name, *_error = line.split()
        assert (tries, request, name) == ("13", "who-asked", "accounts.jobs.mail_verification:")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", date)
        other = str(UUID(int=0))
        assert commands.run("jobs", other, "--retry", **settings).stdout == "Begun anew: 0\n"
        retried = commands.run("jobs", job, "--retry", **settings).stdout
        assert retried.splitlines() == [head, line, "Begun anew: 1"]
        assert commands.run("jobs", **settings).stdout == ""
        with working(commands, settings) as worker, black_hole.accept():
            worker.kill()


def test_without_tables_it_waits_for_them(commands: Commands, databases: Databases) -> None:
    settings = {**databases.settings, "DATABASE_URL": databases.empty()}
    with working(commands, settings) as worker:
        eventually(lambda: "`migrate` makes them" in worker.printed(), "it says so", within=15)
        assert worker.process.poll() is None
        assert "Traceback" not in worker.printed()
        commands.migrate(**settings)
