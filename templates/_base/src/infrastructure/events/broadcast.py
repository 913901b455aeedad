"""Messages to all processes of the service, this one included, through one channel of Redis.

Redis keeps no message for who is not listening, so whatever may have been missed is reported.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeout

from ..patience import of_redis

CHANNEL = "events"
# How long Redis may say nothing before it is asked whether it is there.
SILENCE_SECONDS = 5
RECONNECT_SECONDS = 0.5
# The message that says: another one could not be sent.
_LOSS = b""

_log = logging.getLogger(__name__)


class Broadcast:
    """One process's end of the channel.

    deliver: called with each message, in the order in which Redis got them.
    lost: called when messages may have been missed, sent by this process or by another one.
    """

    def __init__(
        self, url: str, *, deliver: Callable[[bytes], None], lost: Callable[[], None]
    ) -> None:
        # A connection that mends itself would hide what was missed meanwhile.
        self._redis = Redis.from_url(url, **of_redis())
        self._deliver = deliver
        self._lost = lost
        self._unsent = asyncio.Event()
        # Whether the last message could not be sent.
        self._is_away = False
        # Whether Redis has been asked for a sign of life, and has not answered yet.
        self._is_asked = False
        self.heard = asyncio.Event()

    async def run(self) -> None:
        """Listen until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._listen())
                group.create_task(self._report_unsent())
        finally:
            await self._redis.aclose()

    async def send(self, message: bytes) -> None:
        """Send a message, or have all processes told later that one was lost."""
        if self._is_away or not self.heard.is_set():
            # Nobody waits for a Redis that is known to be away; below it is asked again.
            self._unsent.set()
        else:
            await self._publish(message)

    async def _publish(self, message: bytes) -> None:
        try:
            await self._redis.publish(CHANNEL, message)
        except RedisError as error:
            if not self._is_away:
                _log.warning("events can't be sent", extra={"error": str(error)})
            self._is_away = True
            self._unsent.set()
        else:
            self._is_away = False

    async def _report_unsent(self) -> None:
        while True:
            await self._unsent.wait()
            await self.heard.wait()
            self._unsent.clear()
            await self._publish(_LOSS)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        said = ""
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    self._is_asked = False
                    await channel.subscribe(CHANNEL)
                    await self._hear(channel)
            except RedisError as error:
                if self.heard.is_set() or str(error) != said:
                    said = str(error)
                    _log.warning("events of other processes are not heard", extra={"error": said})
            self.heard.clear()
            self._lost()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _hear(self, channel: PubSub) -> None:
        while True:
            await self._take(channel, await channel.get_message(timeout=SILENCE_SECONDS))

    async def _take(self, channel: PubSub, message: dict[str, Any] | None) -> None:
        if message is None and self._is_asked:
            raise RedisTimeout("Redis says nothing.")
        self._is_asked = message is None
        if message is None:
            await channel.ping()
        elif message["type"] == "subscribe":
            _log.info("events of other processes are heard")
            self.heard.set()
        elif message["type"] == "message" and message["data"] == _LOSS:
            self._lost()
        elif message["type"] == "message":
            self._deliver(message["data"])
