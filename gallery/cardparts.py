"""One part of many cards brought up to date, where nothing else of them changed: boards, or tags.

A card as a whole costs ten times as much (gallery.cards.refresh): ten thousand are put on a board within a
second. To be called inside the transaction of whatever changed, with the images' rows held.
"""

from collections.abc import Collection, Iterable, Mapping

from django.db import connection, transaction

from gallery import cards, facts, tokens
from gallery.facts import Named
from gallery.models import Card
from studio.generation import many
from studio.generation.models import Image

UPDATE = f"UPDATE {Card._meta.db_table} SET facets = %s, words = %s, version = %s WHERE image_id = %s"  # noqa: S608
BOARD, TAG = "_b", "_t"

type Parts = tuple[int, str, str, str]
"""A card's id, who sees it, its facets and its words."""


def boards(ids: Collection[int]) -> None:
    """Have images found by the boards that they lie on now. A constant number of queries."""
    with transaction.atomic():
        there = facts.boards_of(ids)
        _write([(one, _facets(one, BOARD, there), one[3]) for one in _parts(ids)], BOARD)


def tags(ids: Collection[int]) -> None:
    """Have images found by the tags that they have now, as facets and as words. As many queries."""
    with transaction.atomic():
        there, said = facts.tags_of(ids), facts.comments_of(ids)
        prompts = dict(many.images(ids).values_list("pk", "prompt"))
        fresh = []
        for one in _parts(ids):
            names = (tag.name for tag in there.get(one[0], ()))
            words = tokens.text(prompts[one[0]], *names, said.get(one[0], ("", 0))[0])
            fresh.append((one, _facets(one, TAG, there), words))
        _write(fresh, TAG)
        cards.learn({word for names in there.values() for tag in names for word in tokens.words(tag.name)})


def held(ids: Collection[int]) -> None:
    """Hold the rows of images until the transaction ends, as whoever draws their cards does."""
    if ids and connection.features.has_select_for_update:
        list(
            Image.objects.select_for_update().filter(pk__in=many.among(ids)).order_by("pk").values_list("pk")
        )


def _parts(ids: Collection[int]) -> list[Parts]:
    rows = Card.objects.filter(pk__in=many.among(ids))
    return list(rows.values_list("pk", "seen_by", "facets", "words"))


def _facets(card: Parts, kind: str, there: Mapping[int, Iterable[Named]]) -> str:
    """Return a card's facets with those of one kind as they are now."""
    kept = [token for token in card[2].split() if not token.startswith(kind)]
    return " ".join([*kept, *(kind + one.id for one in there.get(card[0], ()))])


def _write(fresh: list[tuple[Parts, str, str]], kind: str) -> None:
    """Write what differs, and count it: only facets of this kind came or went."""
    at = cards.now()  # open pages of what it was found by, or is found by now, hear of it
    rows = [
        (facets, words, at, one[0]) for one, facets, words in fresh if (facets, words) != (one[2], one[3])
    ]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(UPDATE, rows)
    before = [(one[1], _only(one[2], kind)) for one, _, _ in fresh]
    cards.count(before, [(one[1], _only(facets, kind)) for one, facets, _ in fresh])


def _only(facets: str, kind: str) -> str:
    return " ".join(token for token in facets.split() if token.startswith(kind))
