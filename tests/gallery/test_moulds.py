"""A page drawn from a mould is the page as it would be drawn anew, and holds nothing of another (C1)."""

import re

import pytest
from django import shortcuts
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import timezone

from studio import moulds
from studio.accounts.models import Announcement, Member
from studio.credits.models import Account
from studio.generation.models import Pause
from tests.gallery import factories
from tests.gallery.reading import text

pytestmark = pytest.mark.django_db

ONCE = re.compile(r"\b\w{64}\b|since=\d+|name=\"upto\" value=\"[^\"]+\"|pass=[\w.]+|\"(?:token|draft)\"[^>]+")
"""What differs from one answer to the next: tokens of forms, moments, the names of new drafts."""


def as_usual(patch: pytest.MonkeyPatch, client: Client, address: str) -> str:
    """Return a page drawn by Django's own way."""

    def plain(request: HttpRequest, name: str, given: dict[str, object] | None = None) -> HttpResponse:
        return shortcuts.render(request, name, given)

    with patch.context() as changed:
        changed.setattr(moulds, "render", plain)
        return ONCE.sub("", text(client.get(address)))


def twice(client: Client, address: str) -> str:
    """Return a page of a mould that stands."""
    client.get(address)
    return ONCE.sub("", text(client.get(address)))


@pytest.mark.parametrize("path", ["/gallery", "/gallery?q=dune&stacks=1", "/gallery?q=nowhere", "/images/{}"])
def test_a_page_of_a_mould_is_the_page(
    monkeypatch: pytest.MonkeyPatch, as_ada: Client, ada: Member, bob: Member, path: str
) -> None:
    first, second = (factories.image(who, "a <b>dune</b> & more") for who in (ada, bob))
    Account.objects.filter(member=ada).update(balance=1_234)
    Announcement.objects.create(text="We move <i>on Friday</i>.")
    Pause.objects.create(member=ada, by=bob, reason="Too many dunes")
    for image in (first, second):
        address = path.format(image.uuid)
        assert twice(as_ada, address) == as_usual(monkeypatch, as_ada, address)


def test_nothing_of_one_member_stands_in_another_s_page(
    as_ada: Client, as_bob: Client, ada: Member, bob: Member
) -> None:
    Member.objects.filter(pk=ada.pk).update(notices=7)
    factories.image(ada, "only for Ada", visibility="private")
    mine = text(as_ada.get("/gallery"))
    theirs = text(as_bob.get("/gallery"))
    again = text(as_ada.get("/gallery"))
    assert "only for Ada" in mine
    assert "only for Ada" in again
    assert "Ada Lovelace" in mine
    for said in ("only for Ada", "Ada Lovelace", "7 new"):
        assert said not in theirs
    [token] = set(re.findall(r'X-CSRFToken": "(\w+)"', theirs))
    assert token not in mine + again
    assert "\x02" not in mine + theirs + again


def test_what_is_said_between_two_answers_is_in_the_second(as_ada: Client, ada: Member) -> None:
    assert "Closed" not in text(as_ada.get("/gallery"))
    Announcement.objects.create(text="Closed on Monday", changed_at=timezone.now())
    Member.objects.filter(pk=ada.pk).update(name="Countess Lovelace")
    page = text(as_ada.get("/gallery"))
    assert "Closed on Monday" in page
    assert "Countess Lovelace" in page
