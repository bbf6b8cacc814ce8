"""Writing and sending the composer: nothing typed is lost, nothing is bought twice (A4, A10, A22, INP-07)."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from studio.generation.models import Draft, Job, Run
from tests.conftest import MakeMember
from tests.studio.generation.pages import HTMX, SignedIn, posted, text
from tests.studio.generation.place import Place
from tests.studio.generation.rows import a_key
from tests.studio.generation.world import give_credits, held


def test_a_form_said_twice_is_one_run_even_when_its_credits_are_gone(
    member: MakeMember, signed_in: SignedIn
) -> None:
    person = member("designer")
    a_key()
    give_credits(person, 40)
    tab = signed_in(person)
    form = posted("a {red|blue} dune")
    answers = [tab.post("/runs", form) for _ in range(3)]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, reverse("run", args=[Run.objects.get().pk]))
    }
    assert held(person) == 40
    other = tab.post("/runs", {**form, "template": "another"}, headers=HTMX)
    assert other.status_code == 422
    assert "sent before with other words" in text(other)


def test_another_members_token_is_no_run_of_mine(
    place: Place, member: MakeMember, signed_in: SignedIn
) -> None:
    person = member("designer")
    give_credits(person, 100)
    signed_in(person).post("/runs", posted(token="f" * 32))
    assert Run.objects.get(member=person).pk != place.run.pk


def test_estimate_keeps_the_draft_and_says_the_price(place: Place, tab: Client) -> None:
    response = tab.post("/composer/estimate", posted("a {b|c} dune", draft=str(place.draft.pk)), headers=HTMX)
    assert "Generate 2 images · 20–40 credits" in text(response)
    place.draft.refresh_from_db()
    assert place.draft.fields["template"] == "a {b|c} dune"
    assert Job.objects.count() == 4
    without = posted("a dune")
    del without["token"]
    assert 'value="None"' not in text(tab.post("/composer/estimate", without, headers=HTMX))


def test_a_draft_comes_back_on_any_device(place: Place, tab: Client, signed_in: SignedIn) -> None:
    tab.post("/composer/estimate", posted("a long {thought|word}", each="3"), headers=HTMX)
    page = text(signed_in(place.person).get("/"))
    assert "a long {thought|word}" in page
    assert 'value="3"' in page


def test_two_tabs_never_write_over_one_another(place: Place, tab: Client) -> None:
    def seen(page: str) -> str:
        return str(re.findall(r'name="seen" id="composer-seen" value="([^"]*)"', page)[-1])

    def type_in(words: str, known: str, draft: object = place.draft.pk) -> str:
        return text(tab.post("/composer/estimate", posted(words, draft=str(draft), seen=known), headers=HTMX))

    first = second = seen(text(tab.get("/")))
    second = seen(type_in("second tab", second))
    aside = type_in("first tab", first)
    assert set(Draft.objects.values_list("fields__template", flat=True)) == {"second tab", "first tab"}
    own = Draft.objects.exclude(pk=place.draft.pk).get()
    assert f'name="draft" id="composer-draft" value="{own.pk}"' in aside  # it goes on beside
    type_in("first tab again", seen(aside), own.pk)
    answer = text(tab.post("/runs", posted("second", draft=str(place.draft.pk), seen=second), headers=HTMX))
    second = seen(answer)
    type_in("more of the second", second)
    kept = set(Draft.objects.values_list("fields__template", flat=True))
    assert kept == {"more of the second", "first tab again"}


def test_a_draft_of_another_is_not_written_into(
    place: Place, member: MakeMember, signed_in: SignedIn
) -> None:
    signed_in(member("designer")).post("/composer/estimate", posted("mine", draft=str(place.draft.pk)))
    place.draft.refresh_from_db()
    assert place.draft.fields == {"template": "unsent"}
    assert Draft.objects.count() == 2


@pytest.mark.parametrize("htmx", [{}, HTMX])
@pytest.mark.parametrize(
    "wrong", [{"template": "a {red dune"}, {"width": "12"}, {"each": "9"}, {"token": ""}]
)
def test_what_is_refused_comes_back_as_it_was_typed(
    wrong: dict[str, str], htmx: dict[str, str], place: Place, tab: Client
) -> None:
    typed = posted("a <b>bold</b> & {red|blue} dune", width="640", height="480") | wrong
    response = tab.post("/runs", typed, headers=htmx)
    page = text(response)
    assert response.status_code == 422
    assert ("<!doctype html>" in page) is (not htmx)
    for name in ("template", "width", "height"):
        assert escape(typed[name]) in page
    assert held(place.person) == 80
    if htmx:
        assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#composer", "outerHTML")


def test_a_large_run_asks_for_its_number_first(place: Place, tab: Client, settings: object) -> None:
    settings.RUN_ASK_ABOVE_IMAGES = 3  # type: ignore[attr-defined]
    form = posted("a {red|blue} {dune|sea}")
    shown = text(tab.post("/composer/estimate", form, headers=HTMX))
    assert "type 4 to go on" in shown
    for confirm in ("", "3", "yes", "40"):
        response = tab.post("/runs", {**form, "confirm": confirm}, headers=HTMX)
        assert response.status_code == 422
        assert "This makes 4 images. Type 4 to go on." in text(response)
    assert Run.objects.count() == 1
    assert tab.post("/runs", {**form, "confirm": " 4 "}).status_code == 302
    assert Run.objects.count() == 2


def test_a_run_over_the_cap_is_refused_and_told_by_how_much(place: Place, tab: Client) -> None:
    response = tab.post("/runs", posted(" ".join(["{a|b|c|d|e|f|g|h|i|j}"] * 9), confirm="1000000000"))
    assert response.status_code == 422
    assert "999,999,600 more than one run may have" in text(response)
    assert Job.objects.count() == 4


def test_without_a_key_it_says_what_to_do(member: MakeMember, signed_in: SignedIn) -> None:
    person = member("designer")
    give_credits(person, 100)
    response = signed_in(person).post("/runs", posted())
    assert response.status_code == 422
    assert "There is no API key to generate with." in text(response)


PASSWORD = "a quiet harbour at six"


@pytest.mark.parametrize("htmx", [{}, HTMX])
@pytest.mark.parametrize("url", ["/runs", "/composer/estimate"])
def test_what_was_typed_while_signed_out_is_there_after_the_sign_in(
    url: str, htmx: dict[str, str], member: MakeMember
) -> None:
    person = member("designer", email="late@studio.example")
    person.set_password(PASSWORD)
    person.save()
    tab = Client()
    tab.post(url, posted("a sentence that took a while", each="2"), headers=htmx)
    response = tab.post(
        "/sign-in?next=/", {"login": "late@studio.example", "password": PASSWORD, "next": "/"}
    )
    assert (response.status_code, response["Location"]) == (302, "/")
    page = text(tab.get("/"))
    assert "a sentence that took a while" in page
    assert Draft.objects.get(member=person).fields["each"] == "2"
    assert Run.objects.count() == 0


def test_a_discarded_draft_is_gone(place: Place, tab: Client) -> None:
    assert tab.post(place.url("draft_discard")).status_code == 302
    assert tab.post(place.url("draft_discard")).status_code == 404
    assert not Draft.objects.exists()
