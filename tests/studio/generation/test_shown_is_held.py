"""INP-08: a batch is capped wherever it is asked for, and what a page says it costs is what is held."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from studio.accounts.models import Member
from studio.credits.models import Account, Entry
from studio.generation.models import Job
from tests.conftest import MakeMember
from tests.studio.generation.pages import HTMX, SignedIn, posted, text
from tests.studio.generation.rows import a_key
from tests.studio.generation.world import give_credits, held

BUTTON = re.compile(r"Generate (?:(\d+) images?)? ?· (?:[\d,]+–)?([\d,]+) credits")
SIZES = {"axis-0-kind": "size", "axis-0-values": ["512", "2k"]}
FEATURES = {"axis-0-kind": "replace", "axis-0-word": "dune", "axis-0-values": "dune\nsea\nfjord"}
ASKED = [
    posted("a red dune"),
    posted("a {red|blue} {dune|sea|fjord}", each="3"),
    posted("a {red|blue} dune", each="2", **SIZES),
    posted("a [[red|2$$green|blue|grey]] dune", quality="high"),
    posted("a dune", each="4", size="2k", quality="high", shape="3x2", **FEATURES),
]
ENDLESS = " ".join(["{a|b|c|d|e|f|g|h|i|j}"] * 12)
SHEET = "prompt,size,ratio,repeats\na {red|blue} dune,512,1:1,2\na sea,2K,16:9,1\n"


@pytest.fixture
def person(member: MakeMember) -> Member:
    a_key()
    person = member("designer")
    give_credits(person, 100_000)
    return person


@pytest.fixture
def tab(person: Member, signed_in: SignedIn) -> Client:
    return signed_in(person)


def told(page: str) -> tuple[int, int]:
    """Return the images and the most credits that the button names."""
    found = BUTTON.search(page)
    assert found, page[-2000:]
    return int(found[1] or 1), int(found[2].replace(",", ""))


def upload(tab: Client, data: str) -> str:
    """Upload a sheet; return the address of its page."""
    sheet = SimpleUploadedFile("s.csv", data.encode(), "text/csv")
    return str(tab.post(reverse("batches"), {"sheet": sheet})["Location"])


def books(person: Member) -> tuple[int, int, int, int]:
    """Return the jobs, the credits held, the sum of the holds' own lines, what is free."""
    lines = [entry.held for entry in Entry.objects.filter(kind="hold")]
    return Job.objects.count(), held(person), sum(lines), Account.objects.get(pk=person.pk).available


@pytest.mark.parametrize("asked", ASKED, ids=[str(number) for number in range(len(ASKED))])
def test_inp_08_what_the_button_says_is_what_is_queued_and_held(
    asked: dict[str, Any], tab: Client, person: Member
) -> None:
    images, most = told(text(tab.post(reverse("estimate"), asked, headers=HTMX)))
    assert tab.post(reverse("run_start"), asked).status_code == 302
    assert books(person) == (images, most, most, 100_000 - most)


def test_inp_08_what_the_page_of_a_sheet_says_is_what_is_queued_and_held(tab: Client, person: Member) -> None:
    page = upload(tab, SHEET)
    images, most = told(text(tab.get(page)))
    assert tab.post(f"{page}/start").status_code == 302
    assert books(person) == (images, most, most, 100_000 - most)


@pytest.mark.parametrize(
    "asked",
    [
        posted("a {red|blue} {dune|sea}"),
        posted("a dune", each="4"),
        posted("a {red|blue} dune", **SIZES),
        posted("a {red|blue} dune", **FEATURES),
        posted(ENDLESS, each="4", confirm="4000000000000"),
        posted("a dune", each="1000000"),
        posted("a dune", each="-1"),
        posted("a dune", width="100000", height="100000"),
        posted("a dune", short="fit", each="4"),
        posted("a dune", short="hold", each="4"),
    ],
    ids=["choices", "repeats", "sizes", "words", "endless", "huge", "negative", "wide", "fitted", "in part"],
)
def test_inp_08_above_the_cap_nothing_is_queued_or_held(
    asked: dict[str, Any], tab: Client, person: Member, settings: Settings
) -> None:
    settings.RUN_MOST_IMAGES = 3
    assert tab.post(reverse("run_start"), asked).status_code == 422
    assert books(person) == (0, 0, 0, 100_000)


def test_inp_08_a_sheet_is_capped_and_a_run_of_just_so_many_is_not(
    tab: Client, person: Member, settings: Settings
) -> None:
    settings.RUN_MOST_IMAGES = 3
    page = upload(tab, "prompt,repeats\n" + "a dune,20\n" * 110)
    assert tab.post(f"{page}/start", {"confirm": "2200"}).status_code == 422
    assert books(person) == (0, 0, 0, 100_000)
    assert tab.post(reverse("run_start"), posted("a dune", each="3")).status_code == 302
    assert books(person)[0] == 3
