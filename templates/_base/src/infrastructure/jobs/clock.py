"""The database's clock, by which jobs are due: those of several machines may differ."""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from ..database.models import UtcDateTime


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
