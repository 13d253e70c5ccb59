"""`Prepared`: a statement that is made into SQL once and then given straight to the driver of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping
from sqlalchemy.sql import ClauseElement

Row = Mapping[str, Any]
AnyRow = Row | RowMapping
# how each driver takes values by name
PARAMSTYLES = {"sqlite": "named", "postgresql": "pyformat"}


class Prepared:
    """A statement that runs on the driver's own cursor, in the transaction of the connection that it is given: what
    SQLAlchemy does around a statement takes ten times as long as SQLite takes to ask an index. Rows hold values as the
    driver gives them, in SQLite 0 and 1 for booleans."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        # by kind of database: the SQL, and the values that are part of the statement
        self._made: dict[str, tuple[str, Mapping[str, Any]]] = {}

    def rows(self, connection: Connection, values: Row) -> list[Row]:
        """What a query finds."""
        sql, own = self._sql(connection)
        cursor = _cursor(connection)
        cursor.execute(sql, {**own, **values})
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def first(self, connection: Connection, values: Row) -> Row | None:
        """The first row that a query finds."""
        return next(iter(self.rows(connection, values)), None)

    def run(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Write with the values of each of *rows*."""
        sql, own = self._sql(connection)
        _cursor(connection).executemany(sql, [{**own, **row} for row in rows])

    def _sql(self, connection: Connection) -> tuple[str, Mapping[str, Any]]:
        name = connection.dialect.name
        if name not in self._made:
            dialect: Any = type(connection.dialect)
            compiled = self._statement.compile(dialect=dialect(paramstyle=PARAMSTYLES[name]))
            own = {key: value for key, value in compiled.params.items() if value is not None}
            self._made[name] = (str(compiled), own)
        return self._made[name]


def _cursor(connection: Connection) -> Any:
    return connection.connection.cursor()
