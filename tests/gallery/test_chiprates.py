"""The composer's chips say how often images with them were approved, once that is known (A27, A31)."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gallery import chiprates
from gallery.models import Review, Status
from studio.accounts.models import Member
from studio.prompts.models import Category, Chip
from tests.conftest import MakeMember
from tests.gallery import factories

pytestmark = pytest.mark.django_db
type SignIn = Callable[[Member], Client]
TEXT = "Golden Hour light"


def decided(member: Member, prompt: str, *statuses: Status, visibility: str = "team") -> None:
    images = factories.rows(member, [prompt] * len(statuses), visibility=visibility)
    for image, status in zip(images, statuses, strict=True):
        Review.objects.create(image=image, status=status)


@pytest.fixture
def ada(member: MakeMember) -> Member:
    return member(name="Ada")


def test_a_chip_says_it_once_five_were_decided_on(ada: Member) -> None:
    decided(ada, "a dune, golden hour light", Status.APPROVED, Status.FINAL, Status.REJECTED, Status.REJECTED)
    decided(ada, "golden hour light", Status.OPEN, Status.PROPOSED)  # not decided on
    decided(ada, "golden and light, an hour", Status.APPROVED)  # other words
    assert chiprates.notes([TEXT]) == {}
    decided(ada, "GOLDEN hour, light", Status.APPROVED)
    assert chiprates.notes([TEXT, "sea", ""]) == {TEXT: "approved 3 of 5"}


def test_private_images_are_counted_for_nobody(ada: Member) -> None:
    decided(ada, "golden hour light", *[Status.APPROVED] * 6, visibility="private")
    assert chiprates.notes([TEXT]) == {}


def test_only_the_newest_decisions_are_read(ada: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    decided(ada, "golden hour light", *[Status.REJECTED] * 5, *[Status.APPROVED] * 5)
    monkeypatch.setattr(chiprates, "MOST", 5)
    with CaptureQueriesContext(connection) as asked:
        assert chiprates.notes([TEXT]) == {TEXT: "approved 5 of 5"}
    assert len(asked) == 1


def test_the_composer_shows_it_on_the_chip(ada: Member, signed_in: SignIn) -> None:
    Chip.objects.create(category=Category.LIGHT, label="Golden hour", text=TEXT)
    decided(ada, "a sea, golden hour light", *[Status.APPROVED] * 4, Status.REJECTED)
    page = signed_in(ada).get("/").content.decode()
    assert 'Golden hour <span class="faint xs num">approved 4 of 5</span>' in page
