"""A worker: does what is due, a few jobs at a time, until it is told to stop."""

import asyncio
import logging
from contextlib import suppress
from typing import Any

from ..errors import Unavailable
from ..observability.processes import Figure
from .queue import LEASE_SECONDS, Queue
from .taken import Taken

CONCURRENCY = 10
POLL_SECONDS = 1.0
# What ends within so short a time is replaced together, by one statement.
GATHER_SECONDS = 0.02

_log = logging.getLogger(__name__)


class Worker:
    """Does the jobs of a queue.

    resources: what each is called with.
    """

    def __init__(self, queue: Queue, resources: Any) -> None:
        self._queue = queue
        self._resources = resources
        self._running: dict[asyncio.Task[None], Taken] = {}
        self._told = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def stop(self) -> None:
        """Have it end once what it has begun is done; from any thread, or a handler of signals."""
        self._loop.call_soon_threadsafe(self._told.set)

    async def run(self, patience: float) -> None:
        """Do so until it is told to stop, and then for as many seconds what has been begun."""
        keeping = asyncio.create_task(self._keep())
        told = asyncio.create_task(self._told.wait())
        await self._wait_for_tables(told)
        while not told.done():
            if not await self._begin():
                awaited = {told, *self._running}
                await asyncio.wait(awaited, timeout=POLL_SECONDS, return_when="FIRST_COMPLETED")
            await asyncio.wait({told}, timeout=GATHER_SECONDS)
            self._running = {task: job for task, job in self._running.items() if not task.done()}
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=patience)
            for task in late:
                task.cancel()
            with suppress(Unavailable):
                await self._queue.give_back([self._running[task] for task in late])
        keeping.cancel()

    def figures(self) -> list[Figure]:
        """What a scrape is told, from any thread; nothing while the database is away."""
        asked = asyncio.run_coroutine_threadsafe(self._queue.figures(), self._loop)
        with suppress(Unavailable):
            return asked.result()
        return []

    async def drain(self) -> None:
        """Do all that is due, what is done by itself included, one after the other, for tests."""
        await self._queue.schedule()
        while taken := await self._queue.take(1):
            await self._queue.perform(self._resources, taken[0])

    async def _wait_for_tables(self, told: asyncio.Task[Any]) -> None:
        is_said = False
        while not told.done():
            with suppress(Unavailable):
                if await self._queue.has_tables():
                    return
                if not is_said:
                    _log.warning("waiting for tables: the command `migrate` makes them")
                is_said = True
            await asyncio.wait({told}, timeout=POLL_SECONDS)

    async def _begin(self) -> bool:
        """Begin what is due; whether there was something."""
        try:
            await self._queue.schedule()
            taken = await self._queue.take(CONCURRENCY - len(self._running))
        except Unavailable:
            return False
        except Exception:  # noqa: BLE001  # whatever it is, it may be over soon
            _log.exception("no job can be taken")
            return False
        for each in taken:
            task = asyncio.create_task(self._queue.perform(self._resources, each))
            self._running[task] = each
        return bool(taken)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 3)
            # Where the database is away, others may begin them anew.
            with suppress(Unavailable):
                for task, job in list(self._running.items()):
                    if job.is_late and not task.done():
                        # Whether it ends or not, its place is free.
                        task.cancel()
                        self._running.pop(task, None)
                        await self._queue.give_up(job)
                await self._queue.keep(self._running.values())
