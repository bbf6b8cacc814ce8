"""Ids of many images as one parameter, so that ten thousand are one statement like one.

Touches the tables that it is told; knows no topic.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any, cast, override

from django.db import connection, models
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from studio.generation.models import Image
from studio.prepared import Given


def images(ids: Collection[int]) -> QuerySet[Image]:
    """Return the images with these ids, whoever may see them."""
    return Image.objects.filter(pk__in=among(ids))


def among(ids: Collection[int]) -> RawSQL:
    """Return the ids as what a filter with __in takes."""
    sql, bound = _listed(ids)
    return RawSQL(sql, [bound])  # noqa: S611 - our own words, a bound value


def given() -> RawSQL:
    """Return `among` for a statement that is put together once; the ids are told to it as `ids`."""
    return RawSQL(_listed([])[0], [_Ids()])  # noqa: S611 - our own words, a bound value


class _Ids(Given):
    """The place of the ids in a statement."""

    def __init__(self) -> None:
        super().__init__("ids", models.TextField())

    @override
    def read(self, values: Mapping[str, object], present: Any = None) -> object:
        """Return the ids as the database takes them in one parameter."""
        return _listed(cast("Collection[int]", values[self.name]))[1]


def add(model: type[models.Model], ids: Collection[int], **values: Any) -> list[int]:
    """Put a row for each image into the table of an image and other values; return whose row is new.

    One statement. `values` are those of the other columns by their fields' names.
    """
    if not ids:
        return []
    fields = [model._meta.get_field(name) for name in values]
    columns = [field for field in fields if isinstance(field, models.Field)]
    named = ", ".join(["image_id", *(str(column.column) for column in columns)])
    told = zip(columns, values.values(), strict=True)
    bound = [column.get_db_prep_save(_key(value), connection) for column, value in told]
    listed, parameter = _listed(ids)
    marks = ", ".join("%s" for _ in bound)
    sql = f"""INSERT INTO {model._meta.db_table} ({named})
        SELECT listed.id, {marks} FROM ({listed}) AS listed WHERE 1 = 1
        ON CONFLICT DO NOTHING RETURNING image_id"""  # noqa: S608 - the names of our own tables
    with connection.cursor() as cursor:
        cursor.execute(sql, [*bound, parameter])
        return [row[0] for row in cursor.fetchall()]


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def _listed(ids: Collection[int]) -> tuple[str, Any]:
    """Return a SELECT of the ids as `id`, and its one parameter."""
    if connection.vendor == "postgresql":
        return "SELECT unnest(%s::bigint[]) AS id", list(ids)
    return "SELECT value AS id FROM json_each(%s)", json.dumps(list(ids))


def change(model: type[models.Model], column: str, values: Mapping[int, str]) -> None:
    """Give each row of an id its own value in a column of text. One statement."""
    if not values:
        return
    table = model._meta.db_table
    if connection.vendor == "postgresql":
        listed = "SELECT key::bigint AS id, value FROM jsonb_each_text(%s::jsonb)"
    else:
        listed = "SELECT CAST(key AS INTEGER) AS id, value FROM json_each(%s)"
    sql = f"""UPDATE {table} SET {column} = listed.value FROM ({listed}) AS listed
        WHERE {table}.id = listed.id"""  # noqa: S608 - the names of our own tables
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(values)])
