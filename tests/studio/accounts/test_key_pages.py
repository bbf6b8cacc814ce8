"""The doors of the key pages: paste, test, limits, remove; who may, wrong methods, said twice."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from studio.accounts import keys
from studio.accounts.models import Event, Key, KeyState, Member, Verb
from studio.doitong import NotSent, Unauthorized
from tests.conftest import MakeMember
from tests.studio.accounts.conftest import KEY, OTHER, Provider

pytestmark = pytest.mark.django_db

SAVE = {"do": "save", "plan": "pro", "key": KEY}
OWN, TEAM = "/account/key", "/team/key"

type SignIn = Callable[[Member], Client]


@pytest.fixture
def owner(member: MakeMember) -> Member:
    return member("owner")


@pytest.fixture
def browser(owner: Member, signed_in: SignIn, doitong: Provider) -> Client:
    return signed_in(owner)


def forms(page: str) -> list[dict[str, str]]:
    """The attributes of the page's forms that are sent."""
    tags = [dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in re.findall(r"<form\b([^>]*)>", page)]
    return [tag for tag in tags if tag.get("method") != "dialog"]


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("path", [OWN, TEAM])
def test_a_key_is_connected_shown_by_its_tail_tested_and_removed(browser: Client, path: str) -> None:
    assert "Test and connect" in text(browser.get(path))
    assert browser.post(path, SAVE)["Location"] == path
    page = text(browser.get(path))
    assert "The key works and is in use." in page
    assert f"</span>{KEY[-4:]}</b>" in page
    assert browser.post(path, {"do": "try"}).status_code == 302
    assert "It works." in text(browser.get(path))
    assert browser.post(path, {"do": "disable"}).status_code == 302
    assert "The key is removed." in text(browser.get(path))
    assert Key.objects.get().state == KeyState.DISABLED


@pytest.mark.parametrize("path", [OWN, TEAM])
def test_who_is_signed_out_is_sent_to_the_sign_in(client: Client, path: str) -> None:
    for answer in (client.get(path), client.post(path, SAVE)):
        assert (answer.status_code, answer["Location"]) == (302, f"/sign-in?next={path}")
    assert not Key.objects.exists()


@pytest.mark.parametrize("role", ["designer", "reviewer", "credit_admin"])
def test_the_teams_key_is_the_owners(
    member: MakeMember, signed_in: SignIn, doitong: Provider, role: str
) -> None:
    browser = signed_in(member(role))
    assert browser.get(TEAM).status_code == 403
    assert browser.post(TEAM, SAVE).status_code == 403
    assert not Key.objects.exists()
    assert browser.get(OWN).status_code == 200


@pytest.mark.parametrize("path", [OWN, TEAM])
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(browser: Client, path: str, method: str) -> None:
    assert getattr(browser, method)(path).status_code == 405


def test_a_post_without_a_token_is_refused(owner: Member) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    assert strict.post(OWN, SAVE).status_code == 403


@pytest.mark.parametrize("do", ["", "destroy", "_draw"])
def test_an_unknown_button_is_refused(browser: Client, do: str) -> None:
    assert browser.post(OWN, {"do": do}).status_code == 400


@pytest.mark.parametrize("do", ["try", "disable", "terms"])
def test_a_button_without_a_key_changes_nothing(browser: Client, do: str) -> None:
    assert browser.post(OWN, {"do": do, "terms-plan": "pro"}).status_code == 302
    assert not Key.objects.exists()


def test_a_refused_key_is_told_and_not_saved(browser: Client, doitong: Provider) -> None:
    doitong.error = Unauthorized("401")
    answer = browser.post(OWN, SAVE)
    assert answer.status_code == 422
    assert "Doitong refused this key" in text(answer)
    assert not Key.objects.exists()


def test_an_htmx_request_is_answered_as_a_plain_one(browser: Client, doitong: Provider) -> None:
    doitong.error = NotSent("refused")
    plain = browser.post(OWN, SAVE)
    htmx = browser.post(OWN, SAVE, headers={"HX-Request": "true"})
    assert plain.status_code == htmx.status_code == 422
    assert "could not be reached" in text(plain)
    assert "could not be reached" in text(htmx)


def test_a_key_saved_twice_is_in_use_once(browser: Client, owner: Member) -> None:
    for _ in range(2):
        browser.post(OWN, SAVE)
    assert Key.objects.exclude(state=KeyState.DISABLED).count() == 1
    for _ in range(2):
        assert browser.post(OWN, {"do": "disable"}).status_code == 302
    assert Event.objects.filter(verb=Verb.KEY_DISABLED).count() == 1


def test_a_test_that_fails_says_why(browser: Client, doitong: Provider) -> None:
    browser.post(OWN, SAVE)
    doitong.error = Unauthorized("401")
    browser.post(OWN, {"do": "try"})
    page = text(browser.get(OWN))
    assert "Doitong refused this key" in page
    assert "Refused" in page


@pytest.mark.parametrize("path", [OWN, TEAM])
def test_what_the_provider_last_said_it_has_is_on_the_card(browser: Client, path: str) -> None:
    browser.post(path, SAVE)
    assert "Doitong last said" not in text(browser.get(path))
    keys.mark_no_credits(Key.objects.get(), 1_234)
    assert "Doitong last said 1,234 credits, now." in text(browser.get(path))


def test_a_designer_does_not_see_what_the_teams_account_has(
    browser: Client, member: MakeMember, signed_in: SignIn
) -> None:
    browser.post(TEAM, SAVE)
    keys.mark_no_credits(Key.objects.get(), 1_234)
    assert "1,234" not in text(signed_in(member()).get("/credits"))
    assert "1,234" in text(browser.get("/credits"))


@pytest.mark.parametrize("path", [OWN, TEAM, "/account/password/first"])
def test_every_form_of_the_page_says_where_it_goes(browser: Client, path: str) -> None:
    browser.post(path, SAVE)
    main = text(browser.get(path)).partition("<main")[2]
    actions = [form.get("action") for form in forms(main)]
    assert path in actions
    assert None not in actions


def test_one_members_key_is_not_anothers(
    browser: Client, member: MakeMember, signed_in: SignIn, doitong: Provider
) -> None:
    browser.post(OWN, SAVE)
    other = signed_in(member("owner"))
    assert KEY[-4:] not in text(other.get(OWN))
    other.post(OWN, {"do": "disable"})
    assert Key.objects.get().works
    answer = other.post(OWN, SAVE)
    assert answer.status_code == 422
    assert "in use in the studio already" in text(answer)


def test_no_field_chooses_whose_key_it_is(browser: Client, member: MakeMember, owner: Member) -> None:
    other = member()
    browser.post(OWN, {**SAVE, "member": str(other.pk), "member_id": str(other.pk), "state": "disabled"})
    assert (Key.objects.get().member, Key.objects.get().state) == (owner, KeyState.OK)


def test_limits_of_an_enterprise_are_typed(browser: Client, owner: Member) -> None:
    browser.post(OWN, SAVE)
    data = {"do": "terms", "terms-plan": "enterprise", "terms-per_minute": "200", "terms-at_once": ""}
    assert browser.post(OWN, data).status_code == 302
    key = Key.objects.get()
    assert (key.plan, key.per_minute, key.at_once) == ("enterprise", 200, None)
    assert "no limit" in text(browser.get(OWN))


@pytest.mark.parametrize("bad", ["0", "-1", "1e3", "1_000", "٣", "1.5", "NaN", "99999999999", "x"])
def test_a_limit_that_is_no_whole_number_is_refused(browser: Client, bad: str) -> None:
    browser.post(OWN, SAVE)
    answer = browser.post(OWN, {"do": "terms", "terms-plan": "enterprise", "terms-per_minute": bad})
    assert answer.status_code == 422
    assert Key.objects.get().plan == "pro"


def test_a_keyring_that_cannot_be_used_is_told_without_its_path(
    browser: Client, write_keyring: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    browser.post(OWN, SAVE)
    path = write_keyring("nonsense")
    answer = browser.post(OWN, {**SAVE, "key": OTHER})
    assert answer.status_code == 503
    assert "cannot keep keys now" in text(answer)
    assert str(path) not in text(answer)
    assert str(path) in caplog.text
    browser.post(OWN, {"do": "try"})
    assert "cannot open this key" in text(browser.get(OWN))


def test_the_page_says_whose_key_makes_the_images(
    browser: Client, owner: Member, member: MakeMember, signed_in: SignIn
) -> None:
    designer = signed_in(member())
    assert "Connect a key to make images." in text(designer.get(OWN))
    browser.post(TEAM, SAVE)
    page = text(designer.get(OWN))
    assert "made with the team’s key" in page
    assert KEY[-4:] not in page
    designer.post(OWN, {**SAVE, "key": OTHER})
    assert "made with your own key" in text(designer.get(OWN))
    assert keys.key_for(owner) is not None
