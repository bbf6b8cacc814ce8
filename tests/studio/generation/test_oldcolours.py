"""Images that were drawn before colours were kept get theirs bit by bit, in workers (C24)."""

import logging
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from studio.accounts.models import Member
from studio.generation import oldcolours, painter, queue, tasks, watcher
from studio.generation.models import Image
from studio.generation.picturefacts import CannotWrite
from tests.conftest import MakeMember
from tests.gallery import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(member: MakeMember) -> Member:
    return member(name="Ada Lovelace")


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    asked: list[int] = []
    monkeypatch.setattr(queue, "ring_colours", asked.append)
    return asked


def test_a_few_are_asked_for_at_once_the_newest_first(
    ada: Member, rung: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oldcolours, "AT_ONCE", 2)
    old = factories.rows(ada, ["dune"] * 3)
    thrown = factories.rows(ada, ["dune"])[0]
    Image.objects.filter(pk=thrown.pk).update(deleted_at=timezone.now())
    assert oldcolours.ring(timezone.now()) == 2
    assert rung == [old[2].pk, old[1].pk]
    assert oldcolours.ring in dict(watcher.DUTIES)


def test_its_colours_are_found_and_searched_for(ada: Member) -> None:
    image = factories.image(ada, palette="", colour="#000000")
    drawn = sorted(Path(settings.PICTURES / image.token).iterdir())
    tasks.colours(str(image.pk))
    image.refresh_from_db()
    assert image.palette == "c3512d:100"  # as JPEG keeps #c4512d
    assert " _k" in image.card.facets
    assert sorted(Path(settings.PICTURES / image.token).iterdir()) == drawn
    assert oldcolours.ring(timezone.now()) == 0


def test_one_that_is_not_on_the_disk_keeps_its_one_colour(
    ada: Member, caplog: pytest.LogCaptureFixture
) -> None:
    (image,) = factories.rows(ada, ["dune"])
    with caplog.at_level(logging.WARNING):
        oldcolours.find(image.pk)
    image.refresh_from_db()
    assert image.palette == "c4512d:100"
    assert str(image.uuid) in caplog.text


def test_where_nobody_had_time_it_is_asked_for_again(
    ada: Member, rung: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_paths: Path) -> painter.Painting:
        raise CannotWrite("No painter had time for the picture.")

    image = factories.image(ada, palette="")
    monkeypatch.setattr(painter, "begin", busy)
    oldcolours.find(image.pk)
    image.refresh_from_db()
    assert image.palette == ""
    assert oldcolours.ring(timezone.now()) == 1
