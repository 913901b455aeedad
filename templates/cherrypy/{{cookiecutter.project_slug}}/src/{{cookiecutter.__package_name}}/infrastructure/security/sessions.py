"""Where CherryPy's sessions are kept: in files, or in Redis where REDIS_URL is set.

In a process they would be lost with it, and unknown to the next worker.
"""

import json
import os
import re
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import cherrypy
from cherrypy.lib.sessions import FileSession, Session

from .. import shared_redis
from ..api.errors import AS_PAGES, Problem
from ..database.urls import backend_name, sqlite_path
from ..errors import Unavailable
from ..rest import Rest
from ..settings import ConfigurationError, Settings

if TYPE_CHECKING:
    from redis import Redis

TIMEOUT_MINUTES = 60

# Redis forgets by itself.
NEVER = datetime.max.replace(tzinfo=UTC)

_ID = re.compile(r"[0-9a-f]{40}")


def config(settings: Settings) -> dict[str, Any]:
    """The configuration of the pages that have a session."""
    in_production = settings.app_env == "production"
    return {
        AS_PAGES: True,
        "tools.sessions.on": True,
        # A session locks itself.
        "tools.sessions.locking": "explicit",
        # No other host of the domain can set a cookie with this prefix.
        "tools.sessions.name": "__Host-session" if in_production else "session",
        "tools.sessions.timeout": TIMEOUT_MINUTES,
        "tools.sessions.httponly": True,
        "tools.sessions.secure": in_production,
        "tools.same_site.on": True,
        "request.body.attempt_charsets": ["utf-8"],
        **_storage(settings),
    }


def _storage(settings: Settings) -> dict[str, Any]:
    if settings.shared_redis:
        # Takes a fifth of a start, so it is imported only where it is used.
        from redis import Redis

        return {
            "tools.sessions.storage_class": RedisSession,
            "tools.sessions.client": Redis.from_url(
                settings.shared_redis, **shared_redis.options()
            ),
            "tools.sessions.rest": Rest(shared_redis.REST_SECONDS),
            "tools.sessions.clean_freq": 0,
        }
    folder = _folder(settings)
    with suppress(FileNotFoundError):
        _check_private(folder)
    return {
        "tools.sessions.storage_class": PrivateFileSession,
        "tools.sessions.storage_path": str(folder),
    }


def _folder(settings: Settings) -> Path:
    """Each database has users of its own, and so sessions."""
    url = settings.database_url.get_secret_value()
    # Without the password.
    place = urlsplit(url).netloc.rpartition("@")[2] + urlsplit(url).path
    if backend_name(url) == "sqlite":  # pragma: no branch  # it may be the only one there is
        place = str(Path(sqlite_path(url)).resolve())
    database = sha256(place.encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir(), f"{__name__.partition('.')[0]}-{database}")


def set_same_site() -> None:
    """Keep the cookie out of requests that other sites make: the Tool `same_site`."""
    name = cherrypy.request.config["tools.sessions.name"]
    cherrypy.response.cookie[name]["samesite"] = "Lax"


class FromSignIn:
    """Sessions of who is signed in; who only looks has none. Their time is UTC."""

    id: str
    originalid: str | None

    @property
    def is_new(self) -> bool:
        """Whether there is none yet for the id that the client gave, if it gave one."""
        return self.id != self.originalid

    def now(self) -> datetime:
        """What CherryPy compares times with."""
        return datetime.now(UTC)


class PrivateFileSession(FromSignIn, FileSession):
    """CherryPy's sessions in files, which nobody else may read or bring in: they are pickles."""

    def __init__(self, id: str | None = None, **options: Any) -> None:  # noqa: A002  # CherryPy's
        folder = Path(options["storage_path"])
        folder.mkdir(mode=0o700, exist_ok=True)
        _check_private(folder)
        super().__init__(id, **options)

    def load(self) -> None:
        """Read it, which is its first use, and let no other request use it until the answer."""
        self.acquire_lock()
        super().load()

    def _exists(self) -> bool:
        """Only what we may have given out is an id: a lock, for one, has a file of a like name."""
        return bool(_ID.fullmatch(self.id)) and super()._exists()

    def clean_up(self) -> None:
        """Delete what has expired, and the locks of what is gone, which CherryPy leaves."""
        super().clean_up()
        for lock in Path(self.storage_path).glob(f"{self.SESSION_PREFIX}*{self.LOCK_SUFFIX}"):
            if not lock.with_suffix("").exists():
                lock.unlink(missing_ok=True)


class RedisSession(FromSignIn, Session):
    """Sessions in Redis, as JSON.

    They are not locked: what a request changes does not depend on what another one wrote.
    """

    client: "Redis"
    rest: Rest

    def _exists(self) -> bool:
        with self._reaching_redis():
            return bool(_ID.fullmatch(self.id)) and bool(self.client.exists(self._key))

    def _load(self) -> tuple[dict[str, Any], datetime] | None:
        with self._reaching_redis():
            found = self.client.get(self._key)
        return None if found is None else (json.loads(found), NEVER)

    def _save(self, _expires: datetime) -> None:
        with self._reaching_redis():
            self.client.set(self._key, json.dumps(self._data), ex=TIMEOUT_MINUTES * 60)

    def _delete(self) -> None:
        with self._reaching_redis():
            self.client.delete(self._key)

    @property
    def _key(self) -> str:
        return f"session:{self.id}"

    @contextmanager
    def _reaching_redis(self) -> Iterator[None]:
        from redis import exceptions

        away = Problem.of(Unavailable("The sessions are not available."))
        if self.rest.goes_on():
            raise away
        try:
            yield
        except exceptions.RedisError as error:
            # One that refuses a command, as for want of memory, answers others.
            if isinstance(error, (exceptions.ConnectionError, exceptions.TimeoutError)):
                self.rest.begin()
            raise away from error
        self.rest.end()


def _check_private(folder: Path) -> None:
    """Raises ConfigurationError where a folder is not of ours alone."""
    found = folder.lstat()
    if sys.platform != "win32" and (
        found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) != 0o700
    ):
        raise ConfigurationError(f"TMPDIR: {folder} is there, but not private to this user")
