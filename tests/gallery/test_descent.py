"""A search goes through blocks of ids on PostgreSQL: none is left out, and no word makes it slow (C3).

SQLite, whose index keeps the order of ids by itself, is asked the same.
"""

import pytest
from django.db import connection

from gallery import cards, descent, index, search
from gallery.descent import Way
from gallery.models import Card
from studio.accounts.models import Member
from studio.generation.models import Image
from tests.gallery import factories

pytestmark = pytest.mark.django_db

LARGE = 1 << descent.LARGE
PLACES = (3, 4_095, 4_096, LARGE - 1, LARGE, LARGE + 4_097, 5 * LARGE + 9)  # ids at the edges of blocks


@pytest.fixture
def spread(ada: Member) -> list[int]:
    """Return the ids of images that lie far apart, of which every second is red, the newest first."""
    base = ((Image.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) // LARGE + 9) * LARGE
    made = factories.rows(ada, ["a red dune" if n % 2 else "a dune" for n in range(len(PLACES))])
    for image, place in zip(made, PLACES, strict=True):
        Card.objects.filter(pk=image.pk).delete()
        Image.objects.filter(pk=image.pk).update(id=base + place)
    found = [base + place for place in PLACES]
    cards.refresh(found)
    return found[::-1]


@pytest.mark.parametrize("few", [descent.FEW, 0], ids=["sorted", "looked for in blocks"])
@pytest.mark.parametrize("near", [descent.NEAR, 0])
def test_no_block_is_left_out(
    ada: Member, spread: list[int], monkeypatch: pytest.MonkeyPatch, few: int, near: int
) -> None:
    monkeypatch.setattr(descent, "FEW", few)
    monkeypatch.setattr(descent, "NEAR", near)
    for said, expected in (("dune", spread), ("red", spread[1::2])):
        asked = search.of(ada, search.read(said))
        walked, before = [], None
        while part := asked.ids(before, 2):
            walked += part
            before = part[-1]
        assert walked == expected
        assert asked.newer(expected[-1], 9) == expected[-2::-1]
        assert asked.count() == len(expected)


def test_a_word_of_old_images_alone_is_not_looked_for_in_every_block(
    ada: Member, spread: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(descent, "FEW", 0)
    Card.objects.filter(pk__in=spread[:5]).update(words="a fog")
    asked = search.of(ada, search.read("dune"))
    if connection.vendor == "sqlite":  # its index keeps the order of ids: there are no blocks to look into
        assert asked.ids(None, 1) == spread[5:6]
        return
    sql, values = descent.sql(index.CARD, index.tsquery(asked.ask("words")), Way(up=False, than=None, most=1))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", values)
        ((told,),) = cursor.fetchall()
    assert _rows(told[0]["Plan"], "block") <= descent.NEAR + 2 ** (descent.LARGE - descent.BLOCK)


def _rows(plan: dict[str, object], alias: str) -> int:
    """Return how many blocks a plan went through."""
    inside = plan.get("Plans", [])
    assert isinstance(inside, list)
    own = int(str(plan["Actual Rows"])) * int(str(plan["Actual Loops"])) if plan.get("Alias") == alias else 0
    return own + sum(_rows(one, alias) for one in inside)
