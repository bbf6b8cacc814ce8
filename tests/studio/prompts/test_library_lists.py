"""The pages of the word lists: made, changed, checked, deleted, brought back, taken away as files (A7)."""

import io
import re
import zipfile

import pytest
from django.test import Client

from studio.accounts.models import Event, Member
from studio.prompts.models import WordList
from tests.conftest import MakeMember
from tests.studio.prompts.conftest import SignIn
from tests.studio.prompts.shelves import said, style, word_list

pytestmark = pytest.mark.django_db


def test_a_list_is_made_and_used_by_its_name(browser: Client, ada: Member) -> None:
    text = "# four\r\nspring\r\n__weather/cold__ winter"
    page = browser.post(
        "/library/lists/new", {"name": "season", "text": text, "description": "x"}, follow=True
    )
    row = WordList.objects.get()
    assert (row.text, row.count, row.needs) == (
        "# four\nspring\n__weather/cold__ winter",
        2,
        ["weather/cold"],
    )
    assert (row.made_by, row.changed_by) == (ada, ada)
    assert "Use it as __season__ in a prompt." in said(page)
    assert "Not there yet: __weather/cold__" in said(page)
    assert [(e.verb, e.subject) for e in Event.objects.filter(subject=row.pk)] == [
        ("library.created", str(row.pk))
    ]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("season", "spring\n{autumn", "Line 2, character 1 : "),
        ("", "spring", "This field is required."),
        ("a__b", "spring", "A name has no underscore at its ends, nor two together"),
        ("a&b", "spring", "The name has “&”."),
        ("a//b", "spring", "Each folder and the list itself need a name of their own"),
        ("season", "a __season__", "These lists ask for each other in a circle: season → season."),
        ("season", "a __day__", "in a circle: season → day → season."),
        ("season", "x\n" * 10_001, "The list has 10,001 entries; 10,000 are the most."),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    browser: Client, ada: Member, name: str, text: str, expected: str
) -> None:
    word_list(ada, "day", "in __season__")
    page = browser.post("/library/lists/new", {"name": name, "text": text, "description": "mine"})
    assert page.status_code == 422
    assert expected in said(page)
    assert 'value="mine"' in page.content.decode()
    assert said(page).count(text.splitlines()[0]) >= 1
    assert WordList.objects.count() == 1


def test_a_new_list_is_ready_to_be_written(browser: Client) -> None:
    """Its name has the focus, so that a person need not go through the top bar by keys (H2)."""
    page = browser.get("/library/lists/new").content.decode()
    assert re.search(r'<input[^>]*name="name"[^>]* autofocus', page)


def test_a_name_is_given_once_and_free_again_after_deleting(browser: Client, ada: Member) -> None:
    row = word_list(ada, "season", "spring")
    page = browser.post("/library/lists/new", {"name": "season", "text": "summer"})
    assert (page.status_code, "There is a word list “season” already" in said(page)) == (409, True)
    browser.post(f"/library/lists/{row.pk}/delete")
    assert browser.post("/library/lists/new", {"name": "season", "text": "summer"}).status_code == 302
    page = browser.post(f"/library/lists/{row.pk}/restore", follow=True)
    assert "There is a word list “season” already" in said(page)


def test_a_list_is_changed_over_what_was_opened(browser: Client, ada: Member) -> None:
    row = word_list(ada, "season", "spring")
    fields = {"name": "seasons", "text": "spring\nautumn", "revision": "1"}
    assert browser.post(f"/library/lists/{row.pk}", fields).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.count, row.revision) == ("seasons", 2, 2)


def test_who_still_asks_for_a_former_name_is_told(browser: Client, ada: Member) -> None:
    row = word_list(ada, "season", "spring")
    style(ada, "Wintry", "{prompt} in __season__")
    fields = {"name": "seasons", "text": "spring", "revision": "1"}
    page = browser.post(f"/library/lists/{row.pk}", fields, follow=True)
    assert "These still ask for __season__: Wintry. Change the name there too." in said(page)


def test_two_who_change_one_list_at_once_are_told(browser: Client, ada: Member, member: MakeMember) -> None:
    row = word_list(ada, "season", "spring")
    WordList.objects.filter(pk=row.pk).update(revision=2, changed_by=member(name="Bob"), text="summer")
    page = browser.post(f"/library/lists/{row.pk}", {"name": "season", "text": "mine", "revision": "1"})
    assert page.status_code == 409
    assert "Bob changed it while you wrote." in said(page)
    assert "mine" in said(page)
    row.refresh_from_db()
    assert row.text == "summer"


def test_a_list_is_deleted_and_brought_back_by_one_press(browser: Client, ada: Member) -> None:
    row = word_list(ada, "season", "spring")
    page = browser.post(f"/library/lists/{row.pk}/delete", follow=True)
    assert "“season” is deleted. Undo" in said(page)
    assert browser.get(f"/library/lists/{row.pk}").status_code == 404
    page = browser.post(f"/library/lists/{row.pk}/restore", follow=True)
    assert "“season” is back." in said(page)
    verbs = Event.objects.filter(subject=row.pk).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["library.created", "library.deleted", "library.restored"]


def test_the_way_back_is_offered_once(browser: Client, ada: Member) -> None:
    browser.post(f"/library/lists/{word_list(ada, 'season', 'spring').pk}/delete")
    assert "Undo" in said(browser.get("/library/lists"))
    assert "Undo" not in said(browser.get("/library/lists"))


def test_who_uses_a_list_is_told_before_it_goes(browser: Client, ada: Member) -> None:
    row = word_list(ada, "weather/cold", "snow")
    word_list(ada, "season", "winter, __weather/*__")
    style(ada, "Wintry", "{prompt} in __weather/cold__")
    browser.post("/library/prompts/new", {"name": "Fox", "template": "a fox in __**/cold__"})
    page = browser.post(f"/library/lists/{row.pk}/delete")
    assert page.status_code == 200
    assert "These ask for it: season word list Wintry style Fox saved prompt" in said(page)
    assert browser.post(f"/library/lists/{row.pk}/delete", {"sure": "1"}).status_code == 302
    row.refresh_from_db()
    assert row.deleted_by == ada


def test_entries_are_checked_while_typing(browser: Client) -> None:
    page = browser.post("/library/lists/check", {"text": "red\nblue\n{green"}, headers={"HX-Request": "true"})
    assert "Line 3, character 1" in said(page)
    assert 'data-line="3"' in page.content.decode()
    assert said(browser.post("/library/lists/check", {"text": "red\nblue"})) == "2 entries"


@pytest.mark.parametrize(
    ("query", "expected"), [("cat", ["animals/cats"]), ("lynx", ["animals/cats"]), ("__season__", ["season"])]
)
def test_lists_are_found_by_names_and_entries(
    browser: Client, ada: Member, query: str, expected: list[str]
) -> None:
    word_list(ada, "animals/cats", "lynx")
    word_list(ada, "season", "spring")
    page = said(browser.get("/library/lists", {"q": query}))
    assert [name for name in ("animals/cats", "season") if f" {name} " in page] == expected


def test_lists_are_exported_in_each_way(browser: Client, ada: Member) -> None:
    row = word_list(ada, "animals/cats", "# big\nlynx", description="Cats")
    text = browser.get(f"/library/lists/{row.pk}/text")
    assert (text.content, text["Content-Disposition"]) == (
        b"# big\nlynx\n",
        'attachment; filename="cats.txt"',
    )
    archive = zipfile.ZipFile(io.BytesIO(browser.get("/library/lists/export?as=zip").content))
    assert archive.read("animals/cats.txt") == b"# big\nlynx\n"
    assert browser.get("/library/lists/export?as=yaml").content == b'"animals":\n  "cats":\n    - "lynx"\n'
    assert browser.get("/library/lists/export?as=json").json() == {"animals": {"cats": ["lynx"]}}
    assert browser.get("/library/lists/export?as=exe").status_code == 404


def test_a_colleague_reads_and_changes_the_same_lists(
    ada: Member, member: MakeMember, signed_in: SignIn
) -> None:
    row = word_list(ada, "season", "spring")
    bobs = signed_in(member("reviewer", name="Bob"))
    assert bobs.get(f"/library/lists/{row.pk}").status_code == 200
    bobs.post(f"/library/lists/{row.pk}", {"name": "season", "text": "autumn", "revision": "1"})
    assert "Bob" in said(bobs.get("/library/lists"))
