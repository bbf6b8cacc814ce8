"""Cards kept in step with their images and with what is said of them: one way in, `refresh`.

Whatever changes what a card shows or is found by (a tag, a rating, a decision, who sees it, the trash,
a new image) calls it inside its own transaction. The number of queries is the same for one image and for
ten thousand. Reads what each topic tells through `gallery.facts`.
"""

import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import batched
from typing import Any

from django.db import connection, transaction

from gallery import colours, facts, fragment, gone, picture, tokens
from gallery.fragment import Said
from gallery.models import Card, Tally, Word
from gallery.picture import Picture
from studio.generation import many
from studio.generation.models import Image
from studio.generation.sizes import nearest_shape
from studio.prepared import Rows

AT_ONCE = 10_000  # images of one statement: below what a database takes as parameters
CARD, TALLY, WORD = (model._meta.db_table for model in (Card, Tally, Word))
WRITE_CARD = f"""INSERT INTO {CARD} (image_id, seen_by, run, words, facets, html, version)
    VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (image_id) DO UPDATE SET seen_by = excluded.seen_by,
    words = excluded.words, facets = excluded.facets, html = excluded.html,
    version = excluded.version"""  # noqa: S608 - our own tables
WRITE_TALLY = f"""INSERT INTO {TALLY} (token, seen_by, count) VALUES (%s, %s, %s)
    ON CONFLICT (seen_by, token) DO UPDATE SET count = {TALLY}.count + excluded.count"""  # noqa: S608
WRITE_WORD = f"INSERT INTO {WORD} (text) VALUES (%s) ON CONFLICT DO NOTHING"  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the topics tell of some images, each by an image's id."""

    tags: Mapping[int, tuple[facts.Named, ...]]
    boards: Mapping[int, tuple[facts.Named, ...]]
    fans: Mapping[int, tuple[str, ...]]
    raters: Mapping[int, tuple[str, ...]]
    ratings: Mapping[int, tuple[float, int]]
    statuses: Mapping[int, str]
    comments: Mapping[int, tuple[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A card as it is to be written."""

    image: int
    seen_by: str
    run: Any
    words: str
    facets: str
    html: str


def refresh(ids: Collection[int]) -> None:
    """Bring the cards of images up to date; an image that is gone or in the trash keeps none.

    To be called inside the transaction of whatever changed.
    """
    with transaction.atomic():
        for some in batched(sorted(set(ids)), AT_ONCE, strict=False):
            _refresh(some)


def add(images: Iterable[Picture], told: Told) -> None:
    """Give cards to images that are known to have none, with what is told of them."""
    drawn = [_card(image, told) for image in images]
    _write(drawn)
    count([], [(card.seen_by, card.facets) for card in drawn])


def fill() -> int:
    """Give every image a card that has none; return how many were looked at. For the start of the studio."""
    looked, last = 0, 0
    missing = Image.objects.filter(card=None, deleted_at=None).order_by("pk").values_list("pk", flat=True)
    while ids := list(missing.filter(pk__gt=last)[:1_000]):
        refresh(ids)
        looked, last = looked + len(ids), ids[-1]
    return looked


def _refresh(ids: Collection[int]) -> None:
    images = picture.read(ids)
    before = dict(_facets(ids))
    told = _told(ids)
    drawn = [_card(image, told) for image in images]
    left = before.keys() - {card.image for card in drawn}
    hidden = {card.image for card in drawn if before.get(card.image, (card.seen_by,))[0] != card.seen_by}
    gone.note(left | hidden, now())
    _write(drawn)
    if left:
        Card.objects.filter(pk__in=left).delete()
    count(before.values(), [(card.seen_by, card.facets) for card in drawn])


def _facets(ids: Collection[int]) -> Iterator[tuple[int, tuple[str, str]]]:
    """Yield what the cards were counted as."""
    for pk, seen_by, facets in _COUNTED(ids=ids):
        yield pk, (seen_by, facets)


_COUNTED = Rows(lambda: Card.objects.filter(pk__in=many.given()).values_list("pk", "seen_by", "facets"))


def _told(ids: Collection[int]) -> Told:
    return Told(
        tags=facts.tags_of(ids),
        boards=facts.boards_of(ids),
        fans=facts.fans_of(ids),
        raters=facts.raters_of(ids),
        ratings=facts.ratings_of(ids),
        statuses=facts.statuses_of(ids),
        comments=facts.comments_of(ids),
    )


def _card(image: Picture, told: Told) -> Drawn:
    pk = image.pk
    stars, ratings = told.ratings.get(pk, (0.0, 0))
    comments, count = told.comments.get(pk, ("", 0))
    said = Said(status=told.statuses.get(pk, "open"), stars=stars, ratings=ratings, comments=count)
    tags = told.tags.get(pk, ())
    return Drawn(
        image=pk,
        seen_by=image.member if image.private else "",
        run=image.run,
        words=tokens.text(image.prompt, *(tag.name for tag in tags), comments),
        facets=" ".join(_facets_of(image, said, told)),
        html=fragment.draw(image, said),
    )


def _facets_of(image: Picture, said: Said, told: Told) -> Iterator[str]:
    """Yield the tokens of what an image is found by beside its words (gallery.fields reads them)."""
    pk = image.pk
    yield tokens.seen_by(image.member if image.private else "")
    yield tokens.ALL
    yield tokens.facet("m", image.member)
    yield tokens.facet("s", said.status)
    yield tokens.facet("r", _shape(image.width, image.height))
    yield tokens.facet("z", f"{image.width}x{image.height}")
    yield tokens.facet("q", _plain(image.quality))
    yield tokens.facet("e", image.experiment.hex[: tokens.SHORT])
    yield tokens.facet("n", image.run.hex[: tokens.SHORT])
    yield tokens.facet("p", image.project.hex if image.project else tokens.GENERAL)
    if image.cost is not None:
        yield tokens.facet("c", image.cost)
    yield tokens.facet("x", "rated" if said.ratings else "unrated")
    if said.ratings:
        yield tokens.facet("g", round(said.stars * 10))
    if said.comments:
        yield tokens.facet("x", "commented")
    yield from tokens.days(image.day)
    yield from _colours(image.colours)
    yield from (tokens.facet("b", board.id) for board in told.boards.get(pk, ()))
    yield from (tokens.facet("t", tag.id) for tag in told.tags.get(pk, ()))
    yield from (tokens.facet("f", fan) for fan in told.fans.get(pk, ()))
    yield from (tokens.facet("h", rater) for rater in told.raters.get(pk, ()))


_colours = lru_cache(4_096)(colours.tokens)
_plain = lru_cache(64)(tokens.plain)


@lru_cache(512)
def _shape(width: int, height: int) -> str:
    return nearest_shape(width, height).name


def _write(cards: list[Drawn]) -> None:
    at = now()
    rows = [(card.image, card.seen_by, _run(card), card.words, card.facets, card.html, at) for card in cards]
    words = {word for card in cards for word in card.words.split()} - {tokens.BREAK}
    _many(WRITE_CARD, rows)
    learn(words)


def now() -> int:
    """Return what cards that are written now are told from older ones by, in microseconds."""
    return int(time.time() * 1_000_000)


def learn(words: Iterable[str]) -> None:
    """Have words found by how they begin."""
    _many(WRITE_WORD, [(word,) for word in sorted(words)])


def _run(card: Drawn) -> Any:
    return card.run.hex if connection.vendor == "sqlite" else card.run


def count(before: Iterable[tuple[str, str]], after: Iterable[tuple[str, str]]) -> None:
    """Add to each tally what came, and take what went; in one order, so that none waits for another."""
    change: Counter[tuple[str, str]] = Counter()
    for sign, cards in ((-1, before), (1, after)):
        for seen_by, facets in cards:
            for token in facets.split():
                change[seen_by, token] += sign
    rows = [
        (token, seen_by, by)
        for (seen_by, token), by in sorted(change.items())
        if by and token[1] not in tokens.UNCOUNTED
    ]
    _many(WRITE_TALLY, rows)


def _many(sql: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)
