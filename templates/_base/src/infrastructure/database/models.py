"""What the tables of all features have in common."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import Connection, DateTime, Dialect, MetaData, inspect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC, also in SQLite, which keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC, which is all that a database without time zones can compare."""
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From a database without time zones: what it keeps is UTC."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """What all tables have in common."""

    # Alembic can only change a constraint that has a name.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime}


def has_tables(connection: Connection) -> bool:
    """Whether the database has the tables and columns of the models; it may have others too.

    Asked of the tables, not of Alembic, which would cost each worker 10 MB.
    """
    there = inspect(connection)
    return all(
        there.has_table(table.name, table.schema)
        and {column["name"] for column in there.get_columns(table.name, table.schema)}
        >= {column.name for column in table.columns}
        for table in Base.metadata.tables.values()
    )
