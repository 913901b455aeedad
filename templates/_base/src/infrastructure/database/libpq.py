"""What libpq makes of a URL, and connections that never wait for long."""

from inspect import GEN_SUSPENDED, getgeneratorstate
from traceback import clear_frames
from typing import Any, Self, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus

from ..errors import OutcomeUnknown
from ..patience import statement_seconds

# How long to wait for a connection where the URL says nothing of it.
CONNECT_SECONDS = 2
# How long the server may take to hear that nobody waits any more, and then to say that it stopped.
CANCEL_SECONDS = 0.3

Result = TypeVar("Result")


def parameters(url: str) -> dict[str, Any]:
    """All that a URL says, as libpq understands it; raises ValueError where it does not."""
    try:
        found = conninfo_to_dict(f"postgresql://{url.partition('://')[2]}")
    except psycopg.ProgrammingError as error:
        reason = str(error).strip()
        # With anything else it shows what stands beside it, such as the password.
        if not reason.startswith("invalid URI query parameter"):
            reason = "libpq can't read it: special characters are percent-encoded"
        raise ValueError(reason) from None
    if str(found.get("port", "")).strip("0123456789,"):
        # What stands there may be a part of the password.
        raise ValueError("the port is no number: special characters are percent-encoded")
    return found


class CommitLost(OutcomeUnknown, psycopg.OperationalError):
    """The server was told to commit, and has not said whether it did."""


class BoundedConnection(psycopg.AsyncConnection[Any]):
    """A connection that waits for an answer no longer than `patience.py` says.

    Then the server is told to stop: it would go on with what nobody waits for, and hold on to it.
    A connection on which it does not answer even that is closed.
    """

    @classmethod
    async def connect(cls, *arguments: Any, **parameters: Any) -> Self:
        """As psycopg does it; whatever keeps it from connecting is psycopg.OperationalError."""
        defaults = {
            "connect_timeout": CONNECT_SECONDS,
            # A pooler may pass the next statement to another server, which has not prepared it.
            "prepare_threshold": None,
        }
        try:
            return await super().connect(*arguments, **{**defaults, **parameters})
        except psycopg.Error as error:
            _let_go(error)
            if isinstance(error, psycopg.OperationalError):
                raise
            raise psycopg.OperationalError(str(error)) from error

    async def commit(self) -> None:
        """As psycopg does it; raises CommitLost where the answer is missing, and is no refusal."""
        try:
            await super().commit()
        except psycopg.OperationalError as error:
            # Class 08 is what a pooler says that has lost the server.
            if error.sqlstate is None or error.sqlstate.startswith("08"):
                raise CommitLost(str(error)) from error
            raise

    async def wait(
        self,
        gen: PQGen[Result],
        interval: float = 0.1,
        timeout: float | None = None,  # noqa: ASYNC109  # psycopg's own signature
    ) -> Result:
        """Run an operation of psycopg; raises psycopg.OperationalError where it takes too long."""
        try:
            return await super().wait(gen, interval, timeout or statement_seconds.get())
        except psycopg.OperationalError:
            # Nothing to wait for: it was not the time, the operation has failed.
            if getgeneratorstate(gen) != GEN_SUSPENDED:
                raise
        try:
            await self.cancel_safe(timeout=CANCEL_SECONDS)
            # It has stopped, or was done just then.
            return await super().wait(gen, interval, CANCEL_SECONDS)
        except psycopg.errors.CancellationTimeout as error:
            _let_go(error)
            raise
        finally:
            # What the server still may send would be taken for the next answer.
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()


def _let_go(error: psycopg.Error) -> None:
    """Have an error of psycopg keep nothing open: its frames hold what was tried, and each other.

    While a server hangs there would be one connection more for each attempt, until Python comes to
    collect its garbage.
    """
    for each in (error, error.__context__):
        if each:
            clear_frames(each.__traceback__)
