"""Rows of a model written by the hundred thousand: no instances, the database's own quickest way.

For seeding alone: nothing is checked, no signal is sent. What is not told is the column's default.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, models


class Writer:
    """Writes rows of one model; `columns` are those that differ from row to row, by their fields' names."""

    def __init__(self, model: type[models.Model], columns: Sequence[str], **same: Any) -> None:
        fields = [field for field in model._meta.local_concrete_fields if _is_told(field, columns, same)]
        varied = [model._meta.get_field(name) for name in columns]
        fixed = [field for field in fields if field not in varied]
        self._table = model._meta.db_table
        self._names = [field.column for field in (*varied, *fixed)]  # type: ignore[union-attr]
        self._fixed = tuple(_stored(field, same.get(field.name, field.get_default())) for field in fixed)

    def write(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Write rows: the values of `columns`, as `value` gives them."""
        names, fixed = ", ".join(f'"{name}"' for name in self._names), self._fixed
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                places = ", ".join(["%s"] * len(self._names))
                cursor.executemany(
                    f'INSERT INTO "{self._table}" ({names}) VALUES ({places})',  # noqa: S608
                    [(*row, *fixed) for row in rows],
                )
                return
            with cursor.cursor.copy(f'COPY "{self._table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row((*row, *fixed))


def value(uuid: UUID) -> Any:
    """Return an id as the database keeps it."""
    return uuid.hex if connection.vendor == "sqlite" else uuid


def _is_told(field: Any, columns: Sequence[str], same: dict[str, Any]) -> bool:
    told = field.name in columns or field.name in same or field.has_default() or field.null
    return told or not field.primary_key


def _stored(field: Any, value: Any) -> Any:
    return field.get_db_prep_save(value, connection)
