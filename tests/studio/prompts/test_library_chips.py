"""The page of the chips: added, changed, put in order, deleted and brought back (A27)."""

import pytest
from django.test import Client

from studio.accounts.models import Member
from studio.prompts import chips
from studio.prompts.models import Category, Chip
from tests.studio.prompts.shelves import said

pytestmark = pytest.mark.django_db


def labels(category: str = "mood") -> list[str]:
    """Return what stands on the chips of a category, in order."""
    return [chip.label for chip in chips.by_category()[Category(category)]]


def test_a_chip_is_added_at_the_end_of_its_category(browser: Client, ada: Member) -> None:
    page = browser.post("/library/chips", {"category": "mood", "label": "Eerie", "text": "eerie, silent"})
    assert (page.status_code, page["Location"]) == (302, "/library/chips#mood")
    assert labels()[-1] == "Eerie"
    assert Chip.objects.get(label="Eerie").made_by == ada


def test_a_chip_is_changed(browser: Client) -> None:
    row = Chip.objects.get(label="Calm")
    page = browser.get(f"/library/chips?edit={row.pk}").content.decode()
    assert f'action="/library/chips/{row.pk}"' in page
    fields = {"category": "mood", "label": "Calm", "text": "calm and wide", "revision": "1"}
    assert browser.post(f"/library/chips/{row.pk}", fields).status_code == 302
    row.refresh_from_db()
    assert (row.text, row.revision) == ("calm and wide", 2)
    assert browser.post(f"/library/chips/{row.pk}", fields).status_code == 409


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"text": "a {b"}, "Character 3: "),
        ({"label": ""}, "This field is required."),
        ({"category": "sound"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_told(browser: Client, fields: dict[str, str], expected: str) -> None:
    page = browser.post("/library/chips", {"category": "mood", "label": "Eerie", "text": "eerie", **fields})
    assert (page.status_code, expected in said(page)) == (422, True)


def test_a_chip_is_moved_by_a_place(browser: Client) -> None:
    first, second, *rest = labels()
    row = Chip.objects.get(label=first, category="mood")
    browser.post(f"/library/chips/{row.pk}/move", {"to": "up"})
    assert labels() == [first, second, *rest]
    browser.post(f"/library/chips/{row.pk}/move", {"to": "down"})
    assert labels() == [second, first, *rest]
    assert browser.post(f"/library/chips/{row.pk}/move", {"to": "away"}).status_code == 400


def test_a_chip_is_deleted_and_brought_back(browser: Client) -> None:
    row = Chip.objects.get(label="Calm")
    before = labels()
    assert "“Calm” is deleted. Undo" in said(browser.post(f"/library/chips/{row.pk}/delete", follow=True))
    assert labels() == [label for label in before if label != "Calm"]
    browser.post(f"/library/chips/{row.pk}/restore")
    assert labels() == before
