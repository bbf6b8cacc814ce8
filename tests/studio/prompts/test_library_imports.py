"""Importing in the browser: a preview first, then what was chosen; nothing else is touched (A7, A18)."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from studio.accounts.models import Event, Member
from studio.prompts import imports
from studio.prompts.models import Style, Upload, WordList
from tests.conftest import MakeMember
from tests.studio.prompts.conftest import SignIn
from tests.studio.prompts.shelves import said, style, word_list

pytestmark = pytest.mark.django_db


def upload(browser: Client, name: str, data: str | bytes, kind: str = "lists") -> str:
    """Upload a file and return the address of its preview."""
    content = data.encode() if isinstance(data, str) else data
    answer = browser.post(f"/library/{kind}/import", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302
    return answer["Location"]


def texts() -> dict[str, str]:
    """Return every list's text by its name."""
    return dict(WordList.objects.values_list("name", "text"))


def test_a_preview_tells_what_would_be_and_changes_nothing(browser: Client, ada: Member) -> None:
    word_list(ada, "colour", "red\nblue")
    word_list(ada, "size", "big")
    before = texts()
    data = "colour: [red, green]\nsize: [big]\nshape: [round]\nbad: ['{a']\n"
    page = said(browser.get(upload(browser, "words.yaml", data)))
    assert "1 new, 1 changed, 1 the same, 1 not readable. Nothing is imported yet." in page
    assert "colour Changed 2 entries, 1 new and 1 gone" in page
    assert "words.yaml, line 4: Entry 1, character 1: This {" in page
    assert texts() == before


def test_what_was_chosen_is_taken(browser: Client, ada: Member) -> None:
    word_list(ada, "colour", "red")
    here = upload(browser, "words.yaml", "colour: [green]\nshape: [round]\nsize: [big]\n")
    page = browser.post(here, {"chosen": "1", "take": ["colour", "shape"], "changed": "replace"}, follow=True)
    assert "Imported: 1 new, 1 changed." in said(page)
    assert texts() == {"colour": "green", "shape": "round"}
    event = Event.objects.get(verb="library.imported")
    assert (event.who, event.subject) == (ada, "words.yaml")
    assert event.detail == {"kind": "lists", "made": 1, "changed": 1}
    assert browser.get(here).status_code == 404


def test_what_the_team_has_may_stay_as_it_is(browser: Client, ada: Member) -> None:
    word_list(ada, "colour", "red")
    here = upload(browser, "words.yaml", "colour: [green]\nshape: [round]\n")
    browser.post(here, {"changed": "keep"})
    assert texts() == {"colour": "red", "shape": "round"}


def test_a_circle_is_told_and_not_taken(browser: Client, ada: Member) -> None:
    word_list(ada, "day", "in __season__")
    here = upload(browser, "words.yaml", "season: [a __day__]\nok: [fine]\n")
    assert "in a circle: season → day → season" in said(browser.get(here))
    browser.post(here, {})
    assert sorted(texts()) == ["day", "ok"]


def test_an_import_over_a_list_counts_as_a_change_of_it(browser: Client, ada: Member) -> None:
    row = word_list(ada, "colour", "red")
    browser.post(upload(browser, "colour.txt", "blue"), {"changed": "replace"})
    page = browser.post(f"/library/lists/{row.pk}", {"name": "colour", "text": "mine", "revision": "1"})
    assert page.status_code == 409


def test_a_whole_library_goes_to_another_team(browser: Client, ada: Member) -> None:
    word_list(ada, "animals/cats", "# big\nlynx", description="Cats")
    word_list(ada, "season", "spring")
    archive = browser.get("/library/lists/export?as=zip").content
    before = texts()
    WordList.objects.all().delete()
    browser.post(upload(browser, "word-lists.zip", archive), {"changed": "replace"})
    assert texts() == before
    assert WordList.objects.get(name="animals/cats").description == "Cats"


def test_many_lists_are_imported_at_once(browser: Client) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(300):
            archive.writestr(f"folder/list {number}.txt", f"word {number}")
    here = upload(browser, "many.zip", packed.getvalue())
    assert "300 new" in said(browser.get(here))
    assert b'name="take"' not in browser.get(here).content
    browser.post(here, {})
    assert WordList.objects.count() == 300


def test_styles_are_imported_and_a_category_that_we_gave_stays(browser: Client, ada: Member) -> None:
    style(ada, "Ink", "ink", category="Art", order=4)
    data = "name,prompt,negative_prompt\nInk,ink drawing,photo\nOil,oil,\n"
    here = upload(browser, "styles.csv", data, "styles")
    assert "Ink Changed Other words, note for other tools" in said(browser.get(here))
    browser.post(here, {"changed": "replace"})
    ink = Style.objects.get(name="Ink")
    assert (ink.text, ink.negative, ink.category, ink.order) == ("ink drawing", "photo", "Art", 4)
    assert Style.objects.get(name="Oil").made_by == ada


@pytest.mark.parametrize(
    ("name", "data", "kind", "expected"),
    [
        ("x.zip", b"PK\x03\x04 no", "lists", "This is no ZIP file, or it is damaged."),
        ("x.exe", b"MZ", "lists", "“.exe” is no kind of file that holds word lists."),
        ("x.txt", b"", "lists", "1 new"),
        ("x.csv", b"a,b\n1,2\n", "styles", "The first line names the columns"),
        ("x.txt", b"a\0b", "lists", "it holds null bytes"),
        ("x\0.csv", b"name\nInk", "styles", "1 new"),
        ("x.zip", b"x" * 5_000_001, "lists", "The file is larger than 5,000,000 bytes."),
        ("x.json", b'[{"name": "\\u0000", "prompt": "x"}]', "styles", "what is no character of a text"),
    ],
)
def test_a_bad_file_is_told_in_a_sentence(
    browser: Client, name: str, data: bytes, kind: str, expected: str
) -> None:
    assert expected in said(browser.get(upload(browser, name, data, kind)))


def test_without_a_file_nothing_is_read(browser: Client) -> None:
    page = browser.post("/library/lists/import", {})
    assert (page.status_code, "Choose a file first." in said(page)) == (422, True)


def test_an_upload_is_its_owners_alone_and_goes_after_a_day(
    browser: Client, member: MakeMember, signed_in: SignIn
) -> None:
    here = upload(browser, "x.txt", "a")
    assert signed_in(member("owner")).get(here).status_code == 404
    Upload.objects.update(made_at=timezone.now() - imports.KEPT_FOR * 2)
    upload(browser, "y.txt", "b")
    assert browser.get(here).status_code == 404


def test_a_file_of_any_length_is_not_written_to_the_disk(browser: Client) -> None:
    long = SimpleUploadedFile("styles.csv", b"x" * 10_000_001)
    answer = browser.post("/library/styles/import", {"file": long})
    assert answer.status_code == 422
    assert "The file is larger than 1,000,000 bytes. Split it" in said(answer)
    assert not Upload.objects.exists()
