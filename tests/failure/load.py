"""A constant load: as many requests a second, however long the service takes to answer them."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Thread
from time import monotonic
from typing import Any, NamedTuple

import httpx

from tests.contract.client import NO_TLS, Account, bearer

A_SECOND = 40
# The status of what is not answered, or later than a client cares for.
CUT_OFF = 0
PATIENCE_SECONDS = 15


class Answer(NamedTuple):
    """What became of a request; `sent` and `ended` are by the clock of `monotonic`.

    title: of the task that it creates, if it does.
    """

    what: str
    title: str | None
    request_id: str
    sent: float
    ended: float
    status: int
    said: str

    @property
    def seconds(self) -> float:
        return self.ended - self.sent

    @property
    def is_fine(self) -> bool:
        return self.status in {httpx.codes.OK, httpx.codes.CREATED}


class Load:
    """Reads and writes of a user, who also signs in now and then, while somebody asks `/livez`."""

    def __init__(self, url: str, account: Account, readable: str) -> None:
        self.answers: list[Answer] = []
        self._url = url
        self._account = account
        self._readable = readable
        self._is_over = False

    @contextmanager
    def running(self) -> Iterator[None]:
        """Send requests meanwhile; in the end all have been answered."""
        thread = Thread(target=asyncio.run, args=[self._run()])
        thread.start()
        try:
            yield
        finally:
            self._is_over = True
            thread.join()

    def titles(self, status: int) -> set[str]:
        """Of the tasks whose creation was answered by this."""
        return {each.title for each in self.answers if each.title and each.status == status}

    async def _run(self) -> None:
        async with (
            self._client(keeps=20) as keeping,
            self._client(keeps=0) as leaving,
            asyncio.TaskGroup() as sending,
        ):
            began = monotonic()
            for number in count():
                if self._is_over:
                    break
                # Of each kind one after the other.
                client = (keeping, leaving)[number % 2]
                sending.create_task(self._send(client, number))
                await asyncio.sleep(began + (number + 1) / A_SECOND - monotonic())

    def _client(self, *, keeps: int) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self._url,
            headers=bearer(self._account.token),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=keeps),
            timeout=PATIENCE_SECONDS,
            trust_env=False,
            verify=NO_TLS,
        )

    async def _send(self, client: httpx.AsyncClient, number: int) -> None:
        method, path, body = self._request(number)
        title = body["title"] if body and "title" in body else None
        request_id = f"load-{number}"
        sent = monotonic()
        try:
            response = await client.request(
                method, path, json=body, headers={"X-Request-ID": request_id}
            )
            status, said = response.status_code, response.text
        except httpx.TransportError as error:
            status, said = CUT_OFF, repr(error)
        what = f"{method} {path}"
        self.answers.append(Answer(what, title, request_id, sent, monotonic(), status, said))

    def _request(self, number: int) -> tuple[str, str, dict[str, Any] | None]:
        turn = number // 2 % (A_SECOND // 2)
        if turn == 0:
            credentials = {"email": self._account.email, "password": self._account.password}
            return "POST", "/api/v1/tokens", credentials
        if turn == 1:
            return "GET", "/livez", None
        if turn % 2:
            return "POST", "/api/v1/tasks", {"title": f"task {number}"}
        return "GET", self._readable, None


def counted(answers: list[Answer]) -> str:
    """How many there are of each status, in words."""
    counts = sorted(Counter(each.status for each in answers).items())
    return ", ".join(f"{count} × {status or 'cut off'}" for status, count in counts)


def list_titles(api: httpx.Client) -> Iterator[str]:
    """Those of all tasks of a user."""
    query: dict[str, Any] = {"limit": 100}
    while True:
        page = api.get("/api/v1/tasks", params=query).raise_for_status().json()
        yield from (task["title"] for task in page["items"])
        if page["next_cursor"] is None:
            return
        query["cursor"] = page["next_cursor"]
