"""The two indexes behind one face: FTS5 on SQLite, a tsvector of the cards on PostgreSQL.

An `Ask` is what the cards' tokens must hold. Every token is quoted, so that none is an operator to either
database. Ids come newest first, by keyset, in the index's own order where it has one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from gallery import descent
from gallery.descent import Way
from gallery.models import Card

CARD = Card._meta.db_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """Tokens that stand one behind the other; `start`: the last may go on."""

    tokens: tuple[str, ...]
    start: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Of each group of `every` one atom must occur, and of `none` not one."""

    every: tuple[tuple[Atom, ...], ...] = field(default=())
    none: tuple[Atom, ...] = ()


def match(ask: Ask) -> str:
    """Return what FTS5 is asked; at least one group must be there."""
    wanted = " AND ".join(f"({' OR '.join(map(_spoken, group))})" for group in ask.every)
    return f"({wanted}) NOT ({' OR '.join(map(_spoken, ask.none))})" if ask.none else wanted


def tsquery(ask: Ask) -> str:
    """Return what PostgreSQL is asked."""
    groups = [f"({' | '.join(map(_lexemes, group))})" for group in ask.every]
    return " & ".join([*groups, *(f"!{_lexemes(atom)}" for atom in ask.none)])


def hits(ask: Ask) -> tuple[str, str]:
    """Return the SQL that selects the ids, in no order, and its one value."""
    if connection.vendor == "sqlite":
        return "SELECT rowid FROM gallery_index WHERE gallery_index MATCH %s", match(ask)
    return f"SELECT image_id FROM {CARD} WHERE vector @@ %s::tsquery", tsquery(ask)  # noqa: S608 - our own table


def older(ask: Ask, before: int | None, most: int) -> list[int]:
    """Return the newest ids, or those right before an id."""
    return _ids(*page(ask, before, most))


def page(ask: Ask, before: int | None, most: int) -> tuple[str, list[str | int]]:
    """Return the SQL of `older`, one statement, and its values."""
    if connection.vendor != "sqlite":
        return descent.sql(CARD, tsquery(ask), Way(up=False, than=before, most=most))
    return _fts(ask, "<", before, most)


def newer(ask: Ask, after: int, most: int) -> list[int]:
    """Return the ids right after an id, the nearest first."""
    return _ids(*above(ask, after, most))


def above(ask: Ask, after: int, most: int) -> tuple[str, list[str | int]]:
    """Return the SQL of `newer`, one statement, and its values."""
    if connection.vendor != "sqlite":
        return descent.sql(CARD, tsquery(ask), Way(up=True, than=after, most=most))
    return _fts(ask, ">", after, most)


def count(ask: Ask, most: int) -> int:
    """Return how many there are, or `most` where there are more."""
    sql, value = hits(ask)
    if connection.vendor != "sqlite":  # a value that it cannot guess from has the planner ask the index
        sql = sql.replace("%s::tsquery", "(SELECT %s::tsquery)")
    return _ids(f"SELECT count(*) FROM ({sql} LIMIT %s) AS found", [value, most])[0]  # noqa: S608


def _fts(ask: Ask, side: str, than: int | None, most: int) -> tuple[str, list[str | int]]:
    sql, value = hits(ask)
    bound = f"AND rowid {side} %s" if than is not None else ""
    order = "DESC" if side == "<" else "ASC"
    values: list[str | int] = [value, *([] if than is None else [than]), most]
    return f"{sql} {bound} ORDER BY rowid {order} LIMIT %s", values


def _ids(sql: str, values: Sequence[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]


def _spoken(atom: Atom) -> str:
    return f'"{" ".join(atom.tokens)}"{"*" if atom.start else ""}'


def _lexemes(atom: Atom) -> str:
    *first, last = (f"'{token}'" for token in atom.tokens)
    phrase = " <-> ".join([*first, last + (":*" if atom.start else "")])
    return f"({phrase})" if first else phrase
