"""Every door of the library is asked the same: signed out, wrong method, a bad id; and how often each page
asks the database."""

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from studio.accounts.models import Member
from studio.prompts import saved
from studio.prompts.models import Chip
from tests.studio.prompts.shelves import style, word_list

pytestmark = pytest.mark.django_db

GONE = UUID("9d1f0a52-0000-4000-8000-000000000000")
PAGES = [
    "/library/lists",
    "/library/lists/new",
    "/library/lists/export?as=zip",
    "/library/lists/import",
    "/library/styles",
    "/library/styles/new",
    "/library/styles/export?as=json",
    "/library/styles/import",
    "/library/prompts",
    "/library/prompts/new",
    "/library/chips",
]
ONES = [
    f"/library/{kind}/{GONE}{what}"
    for kind, whats in {
        "lists": ["", "/text", "/delete"],
        "styles": ["", "/delete"],
        "prompts": ["", "/delete"],
        "chips": ["/delete"],
        "imports": [""],
        "pictures": ["/delete"],
    }.items()
    for what in whats
]
POSTS = [
    "/library/lists/check",
    f"/library/prompts/{GONE}/name",
    f"/library/prompts/{GONE}/label",
    f"/library/chips/{GONE}",
    f"/library/chips/{GONE}/move",
    f"/library/lists/{GONE}/restore",
]
MOST = 12  # session, member, meter, pauses, pulse (two), and what a page is of


@pytest.mark.parametrize("address", [*PAGES, *ONES, *POSTS])
def test_nobody_comes_in_signed_out(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert "/sign-in" in answer["Location"]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_for_every_member(browser: Client, address: str) -> None:
    assert browser.get(address).status_code == 200
    assert browser.head(address).status_code == 200
    assert browser.put(address).status_code == 405


@pytest.mark.parametrize("address", ONES)
def test_what_is_not_there_is_not_found(browser: Client, address: str) -> None:
    assert browser.get(address).status_code == 404
    assert browser.post(address).status_code in {404, 405}
    assert browser.get(address.replace(str(GONE), "1")).status_code == 404


@pytest.mark.parametrize("address", POSTS)
def test_a_change_is_a_post(browser: Client, address: str) -> None:
    assert browser.get(address).status_code == 405


@pytest.mark.parametrize("address", POSTS[1:])
def test_nothing_changes_what_is_not_there(browser: Client, address: str) -> None:
    fields = {"to": "up", "label": "a", "version": "1"}
    assert browser.post(address, fields).status_code == 404


def test_only_lists_and_styles_are_imported(browser: Client) -> None:
    assert browser.get("/library/chips/import").status_code == 404


def test_a_form_without_its_token_is_refused(ada: Member) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ada)
    assert strict.post("/library/lists/new", {"name": "a", "text": "b"}).status_code == 403


def test_library_leads_to_its_shelves(browser: Client) -> None:
    assert browser.get("/library")["Location"] == "/library/prompts"


@pytest.mark.parametrize("page", ["lists", "lists?q=word", "styles", "prompts", "chips"])
def test_load_05_a_page_asks_as_often_for_many_as_for_few(browser: Client, ada: Member, page: str) -> None:
    counts = []
    for round_, more in enumerate((5, 5, 10)):
        for number in range(more):
            name = f"{round_}-{number}"
            word_list(ada, name, "word")
            style(ada, name, "words", sample=uuid4(), category=name)
            prompt = saved.create(ada, name=name, template="a fox").prompt
            saved.add_version(prompt, ada, template="an owl")
            Chip.objects.create(category="mood", label=name, text="x", made_by=ada, changed_by=ada)
        with CaptureQueriesContext(connection) as made:
            assert browser.get(f"/library/{page}").status_code == 200
        counts.append(len(made))
    assert len(set(counts)) == 1
    assert counts[0] <= MOST


def test_load_05_a_prompt_asks_as_often_for_many_versions_as_for_few(browser: Client, ada: Member) -> None:
    prompt = saved.create(ada, name="Fox", template="a fox").prompt
    counts = []
    for round_ in range(3):
        for number in range(5):
            saved.add_version(prompt, ada, template=f"a fox {round_} {number}")
        with CaptureQueriesContext(connection) as made:
            browser.get(f"/library/prompts/{prompt.pk}")
        counts.append(len(made))
    assert len(set(counts)) == 1
    assert counts[0] <= MOST
