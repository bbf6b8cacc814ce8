"""A gallery of any size, so that size can be felt: image records by the million, a few hundred real files.

Everything is as the pipeline and the team would have left it, but for the ledger, which knows nothing of it.
The newest images have files of their own; older ones share those originals: every tile shows something.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import batched
from random import Random
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from gallery import cards, seedfiles
from gallery.bulkrows import Writer, value
from gallery.facts import Named
from gallery.models import Board, BoardImage, ImageTag, Rating, Review, Tag
from gallery.picture import Picture
from gallery.seedfiles import File
from gallery.seedwords import prompt
from studio.accounts.models import Key, Member, Role
from studio.generation import rendering
from studio.generation.models import Experiment, Image, Job, Run
from studio.generation.sizes import SHAPES, SIZES, dimensions
from studio.generation.states import State

SPACE = UUID("0f6d1c52-7a39-4c1e-9a53-3f3e5f0f6a11")
RUN, EXPERIMENT, BITE = 8, 800, 8_000  # images of a run, of an experiment, of one transaction
MEMBERS, BOARDS, TAGS = 24, 40, 300
DAYS = 900  # over which they were made
STATUSES = ("proposed", "changes", "approved", "approved", "final", "rejected")
SIDES = [dimensions(shape, size) for shape in SHAPES.values() for size in SIZES.values()]
QUALITIES = {"draft": 7, "standard": 14, "high": 42}  # and what they cost


class NotEmpty(Exception):
    """The studio holds images of people; the text is a sentence for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What one image was made to be."""

    number: int
    pk: int
    job: UUID
    run: UUID
    experiment: UUID
    member: Member
    prompt: str
    sides: tuple[int, int]
    quality: str
    private: bool
    file: File
    own: bool
    at: datetime
    status: str
    stars: int
    tag: Named | None
    board: Named | None


def seed(total: int, *, files: int, say: Callable[[int], None] = lambda _: None) -> None:
    """Add `total` images, `files` of them with files of their own."""
    place = _Place(total, files)
    _set_aside(place.first + total - 1)
    for numbers in batched(range(total), BITE, strict=False):
        with transaction.atomic():
            _take_time()
            _write([place.made(number) for number in numbers])
        say(numbers[-1] + 1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _take_time() -> None:
    """Let a transaction think: PostgreSQL ends one that asks nothing for some seconds (studio.env)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def refuse_if_lived_in() -> None:
    """Raise NotEmpty where anybody's images are."""
    if not settings.DEMO and Image.objects.exists():
        raise NotEmpty("This studio holds images of people. Seed an empty one, or say --anyway.")


class _Place:
    """What all seeded images share: people, a key, files, where the ids begin."""

    def __init__(self, total: int, files: int) -> None:
        self.total, self.now = total, timezone.now()
        self.files = seedfiles.draw(min(files, total))
        self.people = _people()
        self.key = _key()
        self.tags = [Named(id=str(tag.pk), name=tag.name) for tag in _tags()]
        self.boards = [Named(id=board.pk.hex, name=board.name) for board in _boards(self.people[0])]
        self.first = (Image.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1

    def made(self, number: int) -> Made:
        """Return an image; the same number is always the same."""
        draw = Random(number * 7 + 1)  # noqa: S311 - nothing to guard
        run, experiment = number // RUN, number // EXPERIMENT
        member = self.people[Random(run).randrange(len(self.people))]  # noqa: S311
        own = number >= self.total - len(self.files)
        file = self.files[number % len(self.files)]
        chance = draw.random
        return Made(
            number=number,
            pk=self.first + number,
            job=self._id(f"job {number}"),
            run=self._id(f"run {run}"),
            experiment=self._id(f"experiment {experiment}"),
            member=member,
            prompt=prompt(number, self.total),
            sides=file.sides if own else draw.choice(SIDES),
            quality=draw.choice(list(QUALITIES)),
            private=run % 10 == 0,
            file=file,
            own=own,
            at=self.now - timedelta(days=DAYS) * (1 - number / self.total),
            status=draw.choice(STATUSES) if chance() < 0.2 else "open",
            stars=draw.randint(1, 5) if chance() < 0.1 else 0,
            tag=draw.choice(self.tags) if chance() < 0.4 else None,
            board=draw.choice(self.boards) if chance() < 0.1 else None,
        )

    def _id(self, name: str) -> UUID:
        return UUID(
            bytes=hashlib.md5(f"{SPACE} {self.first} {name}".encode(), usedforsecurity=False).digest()
        )


def _write(made: list[Made]) -> None:
    """Write some images with all that belongs to them; runs and experiments that begin among them."""
    first = {one.run: one for one in reversed(made) if one.number % RUN == 0}
    begun = {one.experiment: one for one in first.values() if one.number % EXPERIMENT == 0}
    _work(list(begun.values()), list(first.values()), made)
    _said(made)
    cards.add((_picture(one) for one in made), _told(made))


def _work(begun: list[Made], runs: list[Made], made: list[Made]) -> None:
    key = value(_key().pk)
    Writer(Experiment, ("id", "member", "title", "created_at", "used_at")).write(
        (value(one.experiment), value(one.member.pk), f"Seeded {one.number}", _at(one), _at(one))
        for one in begun
    )
    Writer(
        Run,
        ("id", "experiment", "member", "token", "template", "width", "height", "visibility", "created_at"),
        key_id=key,
        key=key,
        each=RUN,
    ).write(
        (
            *(value(one.run), value(one.experiment), value(one.member.pk), one.run.hex, one.prompt),
            *(*one.sides, _seen(one), _at(one)),
        )
        for one in runs
    )
    Writer(
        Job,
        (
            *(
                "id",
                "run",
                "member",
                "position",
                "variation",
                "prompt",
                "width",
                "height",
                "quality",
                "purchase",
            ),
            *("cost", "created_at", "finished_at"),
        ),
        key=key,
        state=State.DONE,
        saves=rendering.MOST_TRIES,  # nobody draws renditions for the old ones
    ).write(
        (
            *(value(one.job), value(one.run), value(one.member.pk), one.number % RUN, one.number % RUN),
            *(
                one.prompt,
                *one.sides,
                one.quality,
                value(one.job),
                QUALITIES[one.quality],
                _at(one),
                _at(one),
            ),
        )
        for one in made
    )
    Writer(
        Image,
        (
            *(
                "id",
                "uuid",
                "job",
                "member",
                "prompt",
                "width",
                "height",
                "format",
                "bytes",
                "sha256",
                "original",
            ),
            *("token", "colour", "palette", "visibility", "cost", "rendered_at", "created_at"),
        ),
    ).write(_row(one) for one in made)


def _row(one: Made) -> tuple[Any, ...]:
    facts = one.file.facts
    return (
        *(one.pk, value(one.job), value(one.job), value(one.member.pk), one.prompt, *one.sides, facts.format),
        *(facts.bytes, seedfiles.fingerprint(one.job.hex), one.file.original, _token(one), facts.colour),
        *(one.file.palette, _seen(one), QUALITIES[one.quality], _at(one) if one.own else None, _at(one)),
    )


def _picture(one: Made) -> Picture:
    """Return the image that was written, as a card is made from it."""
    return Picture(
        pk=one.pk,
        uuid=one.job,
        member=one.member.pk.hex,
        prompt=one.prompt,
        width=one.sides[0],
        height=one.sides[1],
        token=_token(one),
        colour=one.file.facts.colour,
        palette=one.file.palette,
        private=one.private,
        cost=QUALITIES[one.quality],
        rendered=one.own,
        day=timezone.localdate(one.at),
        quality=one.quality,
        run=one.run,
        experiment=one.experiment,
    )


def _said(made: list[Made]) -> None:
    """Write what the team thinks of them, and where they lie."""
    by = value(made[0].member.pk)
    Writer(Review, ("image", "status", "at"), number=0, by=by).write(
        (one.pk, one.status, _at(one)) for one in made if one.status != "open"
    )
    Writer(Rating, ("image", "stars", "at"), member=by).write(
        (one.pk, one.stars, _at(one)) for one in made if one.stars
    )
    Writer(ImageTag, ("image", "tag", "at"), by=by).write(
        (one.pk, int(one.tag.id), _at(one)) for one in made if one.tag
    )
    Writer(BoardImage, ("image", "board", "at"), by=by).write(
        (one.pk, value(UUID(one.board.id)), _at(one)) for one in made if one.board
    )


def _told(made: list[Made]) -> cards.Told:
    return cards.Told(
        tags={one.pk: (one.tag,) for one in made if one.tag},
        boards={one.pk: (one.board,) for one in made if one.board},
        fans={},
        raters={},
        ratings={one.pk: (float(one.stars), 1) for one in made if one.stars},
        statuses={one.pk: one.status for one in made},
        comments={},
    )


def _token(one: Made) -> str:
    return one.file.token if one.own else one.job.hex


def _seen(one: Made) -> str:
    return "private" if one.private else "team"


def _at(one: Made) -> Any:
    return (
        one.at.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
        if connection.vendor == "sqlite"
        else one.at
    )


def _people() -> list[Member]:
    """Return the members that there are, and more up to the number of a large team."""
    for number in range(Member.objects.count(), MEMBERS):
        Member.objects.create_user(
            email=f"member-{number}@seed.example", name=f"Member {number}", role=Role.DESIGNER
        )
    return list(Member.objects.order_by("joined_at")[:MEMBERS])


def _key() -> Key:
    found = Key.objects.filter(member=None).first()
    return found or Key.objects.create(sealed="v1:seeded", fingerprint="seeded", state="disabled")


def _tags() -> list[Tag]:
    for number in range(TAGS):
        Tag.objects.get_or_create(name=f"tag {number}")
    return list(Tag.objects.order_by("pk")[:TAGS])


def _boards(member: Member) -> Iterator[Board]:
    for number in range(BOARDS):
        yield Board.objects.get_or_create(name=f"Board {number}", defaults={"by": member})[0]


def _set_aside(last: int) -> None:
    """Have the database give ids behind `last` from now on: a studio may go on drawing meanwhile."""
    table = Image._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last])
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])
