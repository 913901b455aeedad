"""The table of jobs, and the clock by which they are due: the database's, since those of several
machines may differ.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Float, String, Text, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.functions import FunctionElement
from uuid_utils.compat import uuid7

from ..database.models import Base, UtcDateTime, now


class Job(Base):
    """Something to be done.

    due_at: when it may be done, or, while it is being done, when it counts as abandoned; None where
    it has failed for good. attempts: how often it was begun. failed_at, error: when and how it
    failed last. request_id: of the request that asked for it; trace: its `traceparent`, if any.
    """

    __tablename__ = "jobs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(String(200))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    is_running: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(String(128))
    trace: Mapped[str | None] = mapped_column(String(55))


class in_seconds(FunctionElement[datetime]):
    """The time in so many seconds, as SQL."""

    type = UtcDateTime()
    inherit_cache = True

    def __init__(self, seconds: float = 0) -> None:
        super().__init__(literal(float(seconds), Float))


@compiles(in_seconds)
def _of_postgresql(element: in_seconds, compiler: Any, **options: Any) -> str:
    return f"now() + make_interval(secs => {compiler.process(element.clauses, **options)})"


@compiles(in_seconds, "sqlite")
def _of_sqlite(element: in_seconds, compiler: Any, **options: Any) -> str:
    # As SQLAlchemy writes times, which are compared as text.
    seconds = compiler.process(element.clauses, **options)
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', {seconds} || ' seconds')"
