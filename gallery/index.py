"""The two indexes behind one face: FTS5 on SQLite, a tsvector of the cards on PostgreSQL.

An `Ask` is what the cards' tokens must hold. Every token is quoted, so that none is an operator to either
database. Ids come newest first, by keyset, in the index's own order where it has one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from gallery.models import Card

CARD = Card._meta.db_table
WALKED = 4_000  # newest cards that PostgreSQL looks through before it asks its index
FEW = 5_000  # hits that it sorts; more are walked, newest first


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
    wanted = " AND ".join(f"({' OR '.join(map(_fts, group))})" for group in ask.every)
    return f"({wanted}) NOT ({' OR '.join(map(_fts, ask.none))})" if ask.none else wanted


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
    if connection.vendor == "sqlite":
        return _fts_ids(ask, "<", before, most)
    return list(_walked(ask, before, most))


def page(ask: Ask, before: int | None, most: int) -> tuple[str, list[str | int]] | None:
    """Return the SQL of `older` and its values where it is one statement: on SQLite."""
    if connection.vendor != "sqlite":
        return None
    sql, value = hits(ask)
    bound: list[str | int] = [] if before is None else [before]
    return f"{sql} {'AND rowid < %s' if bound else ''} ORDER BY rowid DESC LIMIT %s", [value, *bound, most]


def newer(ask: Ask, after: int, most: int) -> list[int]:
    """Return the ids right after an id, the nearest first."""
    if connection.vendor == "sqlite":
        return _fts_ids(ask, ">", after, most)
    near = f"SELECT image_id, vector FROM {CARD} WHERE image_id > %s ORDER BY image_id LIMIT {WALKED}"  # noqa: S608
    found = _ids(
        f"SELECT image_id FROM ({near}) AS near WHERE vector @@ %s::tsquery ORDER BY image_id LIMIT %s",  # noqa: S608
        [after, tsquery(ask), most],
    )
    if len(found) == most:
        return found
    return _ids(
        f"SELECT image_id FROM {CARD} WHERE vector @@ %s::tsquery AND image_id > %s"  # noqa: S608
        " ORDER BY image_id + 0 LIMIT %s",
        [tsquery(ask), after, most],
    )


def count(ask: Ask, most: int) -> int:
    """Return how many there are, or `most` where there are more."""
    sql, value = hits(ask)
    return _ids(f"SELECT count(*) FROM ({sql} LIMIT %s) AS found", [value, most])[0]  # noqa: S608


def _fts_ids(ask: Ask, side: str, than: int | None, most: int) -> list[int]:
    sql, value = hits(ask)
    bound = f"AND rowid {side} %s" if than is not None else ""
    order = "DESC" if side == "<" else "ASC"
    values = [value, *([] if than is None else [than]), most]
    return _ids(f"{sql} {bound} ORDER BY rowid {order} LIMIT %s", values)


def _walked(ask: Ask, before: int | None, most: int) -> Iterator[int]:
    """Yield ids from a walk over the newest cards, and what then lacks from the index.

    PostgreSQL would walk all cards for what is common in old ones alone, and would sort all hits of what is
    common everywhere: a short walk finds the second, and tells the first.
    """
    bound = "image_id < %s" if before is not None else "true"
    than: list[Any] = [] if before is None else [before]
    near = f"SELECT image_id, vector FROM {CARD} WHERE {bound} ORDER BY image_id DESC LIMIT {WALKED}"  # noqa: S608
    query = tsquery(ask)
    found = _ids(
        f"SELECT image_id FROM ({near}) AS near WHERE vector @@ %s::tsquery ORDER BY image_id DESC LIMIT %s",  # noqa: S608
        [*than, query, most],
    )
    if len(found) == most:
        yield from found
        return
    hits = f"SELECT image_id FROM {CARD} WHERE vector @@ %s::tsquery AND {bound}"  # noqa: S608
    yield from _ids(f"{hits} ORDER BY image_id + 0 DESC LIMIT %s", [query, *than, most])


def _ids(sql: str, values: Sequence[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]


def _fts(atom: Atom) -> str:
    return f'"{" ".join(atom.tokens)}"{"*" if atom.start else ""}'


def _lexemes(atom: Atom) -> str:
    *first, last = (f"'{token}'" for token in atom.tokens)
    phrase = " <-> ".join([*first, last + (":*" if atom.start else "")])
    return f"({phrase})" if first else phrase
