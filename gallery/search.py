"""The search behind every list of the gallery: which images a member finds, newest first, at any depth.

One question goes through up to three steps, and the first that finds anything is the answer: the words as
they are written; then as beginnings of words; then as letters anywhere in the prompts of the newest
`LOOKED_THROUGH` images. What may not be seen is in none of them.

Reads the cards and their index; `read` is pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from operator import or_
from typing import Literal
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from gallery import fields, index, tokens
from gallery.index import Ask, Atom
from gallery.known import Known
from gallery.models import Card, Word
from gallery.models.card import TEAM
from gallery.query import Problem, Query, Words, read
from studio.accounts.models import Member
from studio.generation.access import visible_images
from studio.generation.models import Image, Visibility

__all__ = ["Query", "Search", "Step", "count", "ids", "matching", "neighbours", "of", "read"]

LOOKED_THROUGH = 2_000  # newest images whose prompts are read letter by letter, where no word fits
INDEXED_STARTS = (2, 3)  # letters for which the index itself keeps beginnings
MOST_WORDS = 64  # words that a beginning stands for; more are left to the index
MORE_THAN = 1_000  # a count stops here: “1,000+”

NAMED = f"""WITH near(id) AS ({{near}})
    SELECT i.id, i.uuid FROM near JOIN {Image._meta.db_table} i ON i.id = near.id
    WHERE i.deleted_at IS NULL AND (i.visibility = '{Visibility.TEAM}' OR i.member_id = %s)"""  # noqa: S608

Step = Literal["words", "starts", "letters"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The ids before and after an image in a search, None at an end."""

    newer: int | None
    older: int | None


class Search:
    """One member's question. It asks the database only for what it is asked itself."""

    def __init__(self, member: Member, query: Query, known: Known | None = None) -> None:
        self.member, self.query = member, query
        self.known = known or Known(member)
        self._step: Step | None = None
        self._asks: dict[Step, Ask] = {}
        self._counts: dict[int, int] = {}
        self.first: int | None = None  # the newest id, once the first page was read
        self._fields, misread = self._read_fields()
        self.problems: tuple[Problem, ...] = (*query.problems, *misread)

    @property
    def everything(self) -> bool:
        """Say whether nothing narrows it."""
        return not (self.query.words or self._fields.every or self._fields.none or self._letters_only)

    @property
    def step(self) -> Step:
        """Return which of the steps is the answer."""
        if self._step is None:
            self._step = "words" if self.everything else self._first_that_finds()
        return self._step

    def ids(self, before: int | None, limit: int) -> list[int]:
        """Return the ids of images, newest first, from before an id on."""
        if self.everything:
            return self._both("<", "DESC", before, limit)
        if before is not None:
            return self._ids(self.step, before, limit)
        for step in self._steps():
            found = self._ids(step, None, limit)
            if found:
                self._step = step
                return found
        return []

    def sql(self, before: int | None, limit: int) -> tuple[str, list[str | int]] | None:
        """Return the SQL that selects `ids`, and its values; None where it takes more than one statement.

        Where no step is taken yet it is that of the first: what it finds is the answer (`settle`).
        """
        if self.everything:
            return walk(self.member, "<", "DESC", before, limit)
        step = self._step or ("words" if before is None or not self.query.wanted else self.step)
        if step == "letters" or self._letters_only:
            return None
        return index.page(self.ask(step), before, limit)

    def settle(self) -> None:
        """Take the first step as the answer: it found something."""
        self._step = self._step or "words"

    def newer(self, pk: int, limit: int) -> list[int]:
        """Return the ids right before an image on the wall, the nearest first."""
        if self.everything:
            return self._both(">", "ASC", pk, limit)
        if self.step == "letters":
            above = self._letters().filter(pk__gt=pk).order_by("pk")
            return list(above.values_list("pk", flat=True)[:limit])
        return index.newer(self.ask(self.step), pk, limit)

    def neighbours(self, pk: int) -> Neighbours:
        """Return the images next to one. One query, or a few where no word is as it was written."""
        found = self._beside(pk) if self.everything or self._step in {None, "words"} else []
        if found:
            self.settle()
        elif not self.everything and self.step != "words":
            found = [*self.ids(pk, 1), *self.newer(pk, 1)]
        return Neighbours(
            newer=next((one for one in found if one > pk), None),
            older=next((one for one in found if one < pk), None),
        )

    def next_to(self, pk: int) -> tuple[UUID | None, UUID | None] | None:
        """Return the names of the images next to one, newer and older; None where that takes more steps.

        One query. Who sees them is asked of the images themselves: a card may lag behind.
        """
        if self._letters_only:
            return None
        sql, values = self._near(pk)
        with connection.cursor() as cursor:
            cursor.execute(NAMED.replace("{near}", sql), [*values, _stored(self.member)])
            found = {row[0] > pk: UUID(str(row[1])) for row in cursor.fetchall()}
        return (found.get(True), found.get(False)) if found or self.everything else None

    def count(self, cap: int = MORE_THAN) -> int:
        """Return how many there are, `cap` where there are as many or more; of everything the kept count."""
        if self.everything:
            return self.known.kind("a").get(tokens.ALL[2:], 0)
        if cap not in self._counts:
            letters = self.step == "letters"
            self._counts[cap] = (
                self._letters()[:cap].count() if letters else index.count(self.ask(self.step), cap)
            )
        return self._counts[cap]

    def newest(self) -> int | None:
        """Return the newest id, None where nothing is found."""
        return self.first if self.first is not None else next(iter(self.ids(None, 1)), None)

    def matching(self) -> QuerySet[Image]:
        """Return all of them, in no order, for what is done to many at once."""
        seen = visible_images(self.member)
        if self.everything:
            return seen
        if self.step == "letters":
            return self._letters()
        return seen.filter(pk__in=_raw(self.ask(self.step)))

    def ask(self, step: Step) -> Ask:
        """Return what the index is asked for in a step that asks it."""
        if step not in self._asks:
            self._asks[step] = Ask(
                every=(*self._seen, *self._groups(step), *self._fields.every), none=self._none
            )
        return self._asks[step]

    def _first_that_finds(self) -> Step:
        for one in self._steps():
            if one == "letters" or index.older(self.ask(one), None, 1):
                return one
        return "words"

    def _steps(self) -> Iterator[Step]:
        if not self._letters_only:
            yield "words"
            if any(not word.whole for word in self.query.wanted):
                yield "starts"
        if self._letters_only or any(not word.whole for word in self.query.wanted):
            yield "letters"

    @property
    def _letters_only(self) -> bool:
        """Say whether only signs are searched, which are in no index."""
        return bool(self.query.signs) and not self.query.words and not self.query.fields

    @cached_property
    def _seen(self) -> tuple[tuple[Atom, ...], ...]:
        return ((_atom(tokens.SEEN_BY_TEAM), _atom(tokens.seen_by(self.member.pk.hex))),)

    @cached_property
    def _none(self) -> tuple[Atom, ...]:
        minus = [word for word in self.query.words if word.minus]
        return (*(atom for word in minus for atom in _atoms(word, starts=False)), *self._fields.none)

    def _groups(self, step: Step) -> Iterator[tuple[Atom, ...]]:
        if step != "letters":
            for word in self.query.wanted:
                yield _atoms(word, starts=step == "starts" and not word.whole)

    def _read_fields(self) -> tuple[Ask, list[Problem]]:
        """Return what the fields ask for, and what is wrong with them; those are left out."""
        every: list[tuple[Atom, ...]] = []
        none: list[Atom] = []
        problems: list[Problem] = []
        for one in self.query.fields:
            try:
                found = tuple(_atom(token) for token in dict.fromkeys(fields.read(one, self.known)))
            except fields.Misread as error:
                problems.append(Problem(at=one.at, length=one.length, sentence=str(error)))
                continue
            if one.minus:
                none += found
            else:
                every.append(found or (_atom("_none"),))
        return Ask(every=tuple(every), none=tuple(none)), problems

    def _ids(self, step: Step, before: int | None, limit: int) -> list[int]:
        if step != "letters":
            return index.older(self.ask(step), before, limit)
        found = self._letters().order_by("-pk").values_list("pk", flat=True)
        return list(found.filter(pk__lt=before)[:limit] if before is not None else found[:limit])

    def _letters(self) -> QuerySet[Image]:
        """Return the newest images whose prompts hold all that was written, letter by letter."""
        newest = Card.objects.order_by("-pk").values_list("pk", flat=True)
        last = newest[LOOKED_THROUGH : LOOKED_THROUGH + 1].first() or 0
        images = visible_images(self.member).filter(pk__gt=last)
        if self._fields.every or self._none:
            images = images.filter(pk__in=_raw(self.ask("letters")))
        for raw in (
            *(word.raw for word in self.query.wanted),
            *(self.query.signs if self._letters_only else ()),
        ):
            images = images.filter(_spelled(raw))
        return images

    def _beside(self, pk: int) -> list[int]:
        """Return the ids next to an image in the first step, by one statement."""
        if self._letters_only:
            return []
        sql, values = self._near(pk)
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return [row[0] for row in cursor.fetchall()]

    def _near(self, pk: int) -> tuple[str, list[str | int]]:
        """Return the SQL that selects the ids next to an image in the first step, and its values."""
        if self.everything:
            older, newer = (walk(self.member, *way, pk, 1) for way in (("<", "DESC"), (">", "ASC")))
        else:
            ask = self.ask("words")
            older, newer = index.page(ask, pk, 1), index.above(ask, pk, 1)
        sql = f"SELECT * FROM ({older[0]}) AS older UNION ALL SELECT * FROM ({newer[0]}) AS newer"  # noqa: S608
        return sql, [*older[1], *newer[1]]

    def _both(self, side: str, order: str, than: int | None, limit: int) -> list[int]:
        """Return ids of the team's and of one's own, each read by the index that lists them."""
        sql, values = walk(self.member, side, order, than, limit)
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return [row[0] for row in cursor.fetchall()]


def walk(member: Member, side: str, order: str, than: int | None, limit: int) -> tuple[str, list[str | int]]:
    """Return the SQL for the ids of everything that a member may see, from an id on, and its values."""
    bound = f"AND image_id {side} %s" if than is not None else ""
    each = (
        f"SELECT * FROM (SELECT image_id FROM {index.CARD} WHERE seen_by = %s {bound}"  # noqa: S608
        f" ORDER BY image_id {order} LIMIT %s) AS found"
    )
    some: list[str | int] = [] if than is None else [than]
    values = [TEAM, *some, limit, member.pk.hex, *some, limit, limit]
    return f"{each} UNION ALL {each} ORDER BY image_id {order} LIMIT %s", values


def of(member: Member, query: Query, known: Known | None = None) -> Search:
    """Return a member's question."""
    return Search(member, query, known)


def ids(member: Member, query: Query, *, before: int | None, limit: int) -> list[int]:
    """Return the ids of what a member finds, newest first, by keyset."""
    return Search(member, query).ids(before, limit)


def matching(member: Member, query: Query) -> QuerySet[Image]:
    """Return all that a member finds, for what is done to many at once."""
    return Search(member, query).matching()


def neighbours(member: Member, query: Query, pk: int) -> Neighbours:
    """Return the ids next to an image in what a member finds."""
    return Search(member, query).neighbours(pk)


def count(member: Member, query: Query, cap: int = MORE_THAN) -> int:
    """Return how many a member finds, `cap` where it is as many or more."""
    return Search(member, query).count(cap)


def _stored(member: Member) -> str | UUID:
    """Return a member's id as the database at hand takes it."""
    return member.pk.hex if connection.vendor == "sqlite" else member.pk


def _raw(ask: Ask) -> RawSQL:
    sql, value = index.hits(ask)
    return RawSQL(sql, [value])  # noqa: S611 - our own words, bound values


def _atom(token: str) -> Atom:
    return Atom(tokens=(token,))


def _atoms(word: Words, *, starts: bool) -> tuple[Atom, ...]:
    """Return what a word may be in the index: itself, or what begins with it."""
    atom = Atom(tokens=word.tokens)
    last = word.tokens[-1]
    if not (starts or word.start) or len(last) < INDEXED_STARTS[0]:
        return (atom,)
    if len(last) in INDEXED_STARTS:
        return (replace(atom, start=True),)
    longer = _beginning(last)
    if len(longer) > MOST_WORDS:
        return (replace(atom, start=True),)
    return tuple(Atom(tokens=(*word.tokens[:-1], one)) for one in longer) or (atom,)


def _beginning(start: str) -> list[str]:
    """Return the words that begin so, one more than is taken where there are too many. One query."""
    words = Word.objects.order_by("text").values_list("text", flat=True)
    if connection.vendor == "sqlite":  # LIKE reads no index there
        found = words.filter(text__gte=start, text__lt=f"{start}\U0010ffff")
    else:
        found = words.filter(text__startswith=start)
    return list(found[: MOST_WORDS + 1])


def _spelled(raw: str) -> Q:
    """Return that a prompt holds these letters. SQLite takes É and é for two, and a and A for one."""
    spellings = {raw} if raw.isascii() else {raw, raw.lower(), raw.upper(), raw.capitalize()}
    return reduce(or_, (Q(prompt__icontains=one) for one in spellings))
