"""The pages of the saved prompts: versions, what changed between them, labels and their guards (A20)."""

import pytest
from django.test import Client

from studio.accounts.models import Event, Member
from studio.prompts import saved
from studio.prompts.models import PromptLabel, PromptVersion, SavedPrompt
from tests.conftest import MakeMember
from tests.studio.prompts.conftest import SignIn
from tests.studio.prompts.shelves import said

pytestmark = pytest.mark.django_db


@pytest.fixture
def fox(ada: Member) -> SavedPrompt:
    """Return a prompt with two versions."""
    first = saved.create(ada, name="Fox", template="a red fox in fog", note="first", fields={"size": "1k"})
    saved.add_version(first.prompt, ada, template="a blue fox in thick fog", note="colder")
    first.prompt.refresh_from_db()
    return first.prompt


def test_a_prompt_is_saved_under_a_name(browser: Client, ada: Member) -> None:
    fields = {"name": "Fox", "description": "For the campaign", "template": "a {red|blue} fox", "note": "n"}
    page = browser.post("/library/prompts/new", fields, follow=True)
    assert "“Fox” is saved as version 1." in said(page)
    version = PromptVersion.objects.get()
    assert (version.number, version.author, version.note) == (1, ada, "n")
    assert "Fox Version 1" in said(browser.get("/library/prompts"))


@pytest.mark.parametrize(
    ("fields", "status", "expected"),
    [
        ({"template": "a {fox"}, 422, "Character 3: "),
        ({"template": ""}, 422, "This field is required."),
        ({"name": ""}, 422, "This field is required."),
        ({"name": "Fox"}, 409, "There is a saved prompt “Fox” already"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    browser: Client, fox: SavedPrompt, fields: dict[str, str], status: int, expected: str
) -> None:
    page = browser.post(
        "/library/prompts/new", {"name": "Owl", "template": "an owl", "note": "kept", **fields}
    )
    assert (page.status_code, expected in said(page)) == (status, True)
    assert 'value="kept"' in page.content.decode()


def test_saving_again_makes_the_next_version_with_author_and_note(
    fox: SavedPrompt, member: MakeMember, signed_in: SignIn
) -> None:
    bob = member("reviewer", name="Bob")
    fields = {"template": "a green fox", "note": "spring"}
    page = signed_in(bob).post(f"/library/prompts/{fox.pk}", fields, follow=True)
    assert "Saved as version 3." in said(page)
    assert "Version 3 Bob" in said(page)
    assert PromptVersion.objects.get(number=3).author == bob


def test_saving_the_same_words_makes_no_version(browser: Client, fox: SavedPrompt) -> None:
    page = browser.post(f"/library/prompts/{fox.pk}", {"template": "a blue fox in thick fog"}, follow=True)
    assert "Version 2 says the same already." in said(page)
    assert PromptVersion.objects.count() == 2


def test_the_last_two_versions_are_compared_word_by_word(browser: Client, fox: SavedPrompt) -> None:
    html = browser.get(f"/library/prompts/{fox.pk}").content.decode()
    assert '<del><span class="sr">removed: </span>red' in html
    assert '<ins><span class="sr">added: </span>blue' in html


def test_any_two_versions_are_compared(browser: Client, ada: Member, fox: SavedPrompt) -> None:
    saved.add_version(fox, ada, template="a red fox in fog and rain")
    page = said(browser.get(f"/library/prompts/{fox.pk}?a=3&b=1"))
    assert "a red fox in fog added: and rain , end" in page
    assert "Version 1 to 3" in page
    assert "Choose two versions." in said(browser.get(f"/library/prompts/{fox.pk}?a=1&b=99"))


def test_an_old_version_is_a_beginning_for_a_new_one(browser: Client, fox: SavedPrompt) -> None:
    page = browser.get(f"/library/prompts/{fox.pk}?again=1").content.decode()
    assert "a red fox in fog</textarea>" in page


def test_a_label_is_put_on_a_version_and_moved(browser: Client, ada: Member, fox: SavedPrompt) -> None:
    browser.post(f"/library/prompts/{fox.pk}/label", {"label": "draft", "version": "1"})
    browser.post(f"/library/prompts/{fox.pk}/label", {"label": "draft", "version": "2"})
    label = PromptLabel.objects.get()
    assert (label.version.number, label.moved_by) == (2, ada)
    browser.post(f"/library/prompts/{fox.pk}/label", {"label": "draft", "version": "0"})
    assert not PromptLabel.objects.exists()
    told = Event.objects.filter(verb="label.moved").order_by("pk").values_list("detail", flat=True)
    assert [event["version"] for event in told] == [1, 2, None]


@pytest.mark.parametrize(
    ("role", "status"), [("designer", 403), ("reviewer", 302), ("credit_admin", 403), ("owner", 302)]
)
def test_a_guarded_label_is_moved_by_its_roles_alone(
    fox: SavedPrompt, member: MakeMember, signed_in: SignIn, role: str, status: int
) -> None:
    browser = signed_in(member(role))
    fields = {"label": "production", "version": "1"}
    assert browser.post(f"/library/prompts/{fox.pk}/label", fields).status_code == status
    assert PromptLabel.objects.exists() == (status == 302)


def test_who_may_not_move_a_label_sees_who_may(
    browser: Client, fox: SavedPrompt, member: MakeMember, signed_in: SignIn
) -> None:
    signed_in(member("owner")).post(
        f"/library/prompts/{fox.pk}/label", {"label": "production", "version": "1"}
    )
    assert "Version 1. Reviewers and owners move it." in said(browser.get(f"/library/prompts/{fox.pk}"))


def test_owners_decide_who_moves_a_label(
    browser: Client, fox: SavedPrompt, member: MakeMember, signed_in: SignIn
) -> None:
    owners = signed_in(member("owner"))
    assert browser.get("/library/prompts/labels").status_code == 403
    page = owners.post("/library/prompts/labels", {"name": "final", "roles": ["designer"]}, follow=True)
    assert "final Designers and owners" in said(page)
    fields = {"label": "final", "version": "1"}
    assert browser.post(f"/library/prompts/{fox.pk}/label", fields).status_code == 302
    assert owners.post("/library/prompts/labels", {"name": "two words"}).status_code == 422


@pytest.mark.parametrize(
    ("label", "version", "status"),
    [
        ("two words", "1", 422),
        ("", "1", 422),
        ("draft", "99", 404),
        ("draft", "x", 422),
        ("draft", "-1", 422),
    ],
)
def test_a_label_is_one_word_on_a_version_that_is_there(
    browser: Client, fox: SavedPrompt, label: str, version: str, status: int
) -> None:
    fields = {"label": label, "version": version}
    assert browser.post(f"/library/prompts/{fox.pk}/label", fields).status_code == status


def test_a_name_is_changed(browser: Client, fox: SavedPrompt) -> None:
    fields = {"name-name": "Red fox", "name-description": "new", "name-revision": str(fox.revision)}
    page = browser.post(f"/library/prompts/{fox.pk}/name", fields, follow=True)
    assert "The name is saved." in said(page)
    assert SavedPrompt.objects.get().name == "Red fox"
    again = browser.post(f"/library/prompts/{fox.pk}/name", fields)
    assert (again.status_code, "changed it while you wrote" in said(again)) == (409, True)


def test_a_deleted_prompt_keeps_its_versions(browser: Client, fox: SavedPrompt) -> None:
    browser.post(f"/library/prompts/{fox.pk}/delete")
    assert saved.overview() == []
    version = PromptVersion.objects.get(number=1)
    assert saved.version(version.pk) == version
    browser.post(f"/library/prompts/{fox.pk}/restore")
    assert [row.newest.number for row in saved.overview()] == [2]


def test_a_version_from_the_page_keeps_what_the_composer_saved(browser: Client, ada: Member) -> None:
    first = saved.create(ada, name="Owl", template="an owl", fields={"size": "2k"})
    browser.post(f"/library/prompts/{first.prompt_id}", {"template": "a white owl"})
    assert PromptVersion.objects.get(number=2).fields == {"size": "2k"}
