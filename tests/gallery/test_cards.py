"""Cards follow their images: what they hold, who sees them, and what is counted over them."""

from collections import Counter
from collections.abc import Collection

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gallery import cards, facts, visibility
from gallery.models import Card, Tally, Word
from gallery.tokens import UNCOUNTED
from studio.accounts.models import Member
from studio.generation import signals
from studio.generation.models import Image, Visibility
from tests.gallery import factories

pytestmark = pytest.mark.django_db


def counted() -> dict[tuple[str, str], int]:
    """Return the tallies that are not nothing."""
    rows = Tally.objects.exclude(count=0).values_list("seen_by", "token", "count")
    return {(seen_by, token): count for seen_by, token, count in rows}


def recounted() -> dict[tuple[str, str], int]:
    """Return what the tallies should be."""
    found: Counter[tuple[str, str]] = Counter()
    for seen_by, tokens in Card.objects.values_list("seen_by", "facets"):
        found.update((seen_by, token) for token in tokens.split() if token[1] not in UNCOUNTED)
    return dict(found)


def test_an_image_has_a_card_with_its_words_and_facets(ada: Member) -> None:
    image = factories.image(ada, "A Red dûne, at dusk")
    cards.refresh([image.pk])
    card = Card.objects.get()
    assert card.words == "a red dune at dusk"
    assert {f"_m{ada.pk.hex}", "_vt", "_sopen", "_r3x2", "_z48x32", "_c14"} <= set(card.facets.split())
    assert str(image.uuid) in card.html
    assert set(Word.objects.values_list("text", flat=True)) == {"a", "red", "dune", "at", "dusk"}


def test_an_image_that_goes_private_is_counted_for_its_maker_alone(ada: Member) -> None:
    image = factories.image(ada)
    cards.refresh([image.pk])
    visibility.show(image, Visibility.PRIVATE)
    assert {seen_by for seen_by, _ in counted()} == {ada.pk.hex}
    assert counted() == recounted()


def test_what_is_deleted_keeps_no_card_and_is_not_counted(ada: Member) -> None:
    image = factories.image(ada)
    cards.refresh([image.pk])
    Image.objects.filter(pk=image.pk).update(deleted_at=timezone.now())
    cards.refresh([image.pk])
    assert not Card.objects.exists()
    assert counted() == {}


def test_what_is_told_twice_is_counted_once(ada: Member) -> None:
    ids = [image.pk for image in factories.rows(ada, ["dune", "heron"])]
    for _ in range(3):
        cards.refresh([*ids, *ids])
    assert counted() == recounted()
    assert counted()["", "_all"] == 2


def test_a_change_of_an_image_is_heard(ada: Member) -> None:
    image = factories.image(ada)
    signals.tell_changed([image.pk])
    assert Card.objects.filter(pk=image.pk).exists()


def test_images_without_a_card_are_given_one(ada: Member) -> None:
    factories.rows(ada, ["dune"] * 5)
    Card.objects.all().delete()
    Tally.objects.all().delete()
    assert cards.fill() == 5
    assert cards.fill() == 0
    assert counted() == recounted()


def test_ten_cards_take_as_many_queries_as_two(ada: Member) -> None:
    counts = set()
    for many in (2, 10):
        ids = [image.pk for image in factories.rows(ada, ["dune"] * many)]
        with CaptureQueriesContext(connection) as made:
            cards.refresh(ids)
        counts.add(len(made))
    assert len(counts) == 1


def test_what_the_topics_tell_is_on_the_card(ada: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    image = factories.image(ada, "dune")

    def tags(ids: Collection[int]) -> dict[int, tuple[facts.Named, ...]]:
        return {pk: (facts.Named(id="7", name="Wall Paper"),) for pk in ids}

    def ratings(ids: Collection[int]) -> dict[int, tuple[float, int]]:
        return dict.fromkeys(ids, (4.25, 4))

    monkeypatch.setattr(facts, "tags_of", tags)
    monkeypatch.setattr(facts, "ratings_of", ratings)
    cards.refresh([image.pk])
    card = Card.objects.get()
    assert card.words == "dune _ wall paper"
    assert {"_t7", "_g42"} <= set(card.facets.split())
    assert "4.2" in card.html
