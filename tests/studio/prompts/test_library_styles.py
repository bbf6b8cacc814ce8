"""The pages of the styles: made, changed, with a picture, imported and exported (A18)."""

from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from studio.accounts.models import Member
from studio.prompts import samples
from studio.prompts.models import Style
from studio.prompts.samples import Sample
from tests.studio.prompts.shelves import said, style

pytestmark = pytest.mark.django_db
PICTURE = UUID("0b4b1d2e-0000-4000-8000-000000000001")


@pytest.fixture(autouse=True)
def _one_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the room above know one image."""
    known = Sample(id=PICTURE, src="/pictures/x/256.webp", href=f"/images/{PICTURE}", title="A fox")
    monkeypatch.setattr(
        samples, "_finders", [lambda _member, ids: {pk: known for pk in ids if pk == PICTURE}]
    )
    monkeypatch.setattr(samples, "_offerers", [lambda _member, _most: [known]])


def test_a_style_is_made_with_a_category_and_a_picture(browser: Client, ada: Member) -> None:
    fields = {"name": "Ink", "category": "Art", "text": "ink drawing of {prompt}", "negative": "photo"}
    page = browser.post("/library/styles/new", {**fields, "sample": f"https://x.example/images/{PICTURE}"})
    assert page.status_code == 302
    row = Style.objects.get()
    assert (row.category, row.sample, row.made_by, row.order) == ("Art", PICTURE, ada, 0)
    page = browser.get("/library/styles")
    assert "Art 1 Ink ink drawing of {prompt}" in said(page)
    assert "/pictures/x/256.webp" in page.content.decode()


def test_a_picture_is_chosen_from_recent_ones(browser: Client, ada: Member) -> None:
    row = style(ada, "Ink", "ink")
    fields = {"name": "Ink", "text": "ink", "revision": "1", "sample_was": "", "sample": ""}
    browser.post(f"/library/styles/{row.pk}", {**fields, "picked": str(PICTURE)})
    row.refresh_from_db()
    assert row.sample == PICTURE
    fields |= {"revision": "2", "sample_was": str(PICTURE), "sample": str(PICTURE)}
    browser.post(f"/library/styles/{row.pk}", {**fields, "picked": ""})
    row.refresh_from_db()
    assert row.sample is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"text": "a {fox"}, "Character 3: "),
        ({"text": "fine\na {fox"}, "Line 2, character 3: "),
        ({"sample": str(uuid4())}, "There is no image with this address that you may see."),
        ({"sample": "a fox"}, "There is no image with this address that you may see."),
        ({"order": "-1"}, "Write a whole number in digits."),
        ({"text": "x" * 4_001}, "at most 4000 characters"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    browser: Client, fields: dict[str, str], expected: str
) -> None:
    page = browser.post("/library/styles/new", {"name": "Mine", "text": "ink", "negative": "kept", **fields})
    assert page.status_code == 422
    assert expected in said(page)
    assert 'value="Mine"' in page.content.decode()
    assert "kept" in said(page)


def test_a_taken_name_is_told(browser: Client, ada: Member) -> None:
    style(ada, "Ink", "ink")
    page = browser.post("/library/styles/new", {"name": "Ink", "text": "other"})
    assert (page.status_code, "There is a style “Ink” already" in said(page)) == (409, True)


def test_a_style_shows_what_it_makes_of_a_prompt(browser: Client, ada: Member) -> None:
    row = style(ada, "Ink", "ink of {prompt}, fine")
    assert "becomes: ink of a red fox, fine" in said(browser.get(f"/library/styles/{row.pk}"))


def test_styles_stand_by_category_and_order(browser: Client, ada: Member) -> None:
    style(ada, "Oil", "oil", category="Art", order=2)
    style(ada, "Ink", "ink", category="Art", order=1)
    style(ada, "Film", "film", category="Photo")
    page = said(browser.get("/library/styles"))
    assert page.index("Ink") < page.index("Oil") < page.index("Film")


def test_a_deleted_style_is_brought_back(browser: Client, ada: Member) -> None:
    row = style(ada, "Ink", "ink")
    assert "“Ink” is deleted." in said(browser.post(f"/library/styles/{row.pk}/delete", follow=True))
    assert "“Ink” is back." in said(browser.post(f"/library/styles/{row.pk}/restore", follow=True))


@pytest.mark.parametrize("kind", ["a1111", "invoke", "spreadsheet", "json"])
def test_what_is_exported_is_the_same_when_it_is_imported(browser: Client, ada: Member, kind: str) -> None:
    style(ada, "Ink", "ink, {prompt}", negative="=photo", category="Art", order=3, sample=PICTURE)
    style(ada, "Oil", "-oil", extra={"author": "Ada"})
    answer = browser.get(f"/library/styles/export?as={kind}")
    name = "styles.json" if kind == "json" else "styles.csv"
    file = SimpleUploadedFile(name, answer.content)
    page = browser.post("/library/styles/import", {"file": file}, follow=True)
    assert "0 new, 0 changed, 2 the same. Nothing is imported yet." in said(page)


def test_another_kind_of_export_is_not_there(browser: Client) -> None:
    assert browser.get("/library/styles/export?as=exe").status_code == 404
