"""A key's webhook secret: pasted, sealed in its own place, changed, removed, and found nowhere (HOOK-10)."""

import logging
import re
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.core.signals import got_request_exception
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from django.views.debug import ExceptionReporter
from pytest_django.fixtures import Settings

from studio.accounts import keys, sealing, vault
from studio.accounts.errors import NotAKey
from studio.accounts.keyfacts import Fact, _tellers, on_page
from studio.accounts.models import Event, Key, Member, Verb
from studio.accounts.pasted import read_hook_secret
from studio.accounts.reporting import Filter
from studio.doitong import Secret
from tests.conftest import MakeMember
from tests.studio.accounts.conftest import KEY, OTHER, Provider, line
from tests.studio.accounts.test_no_leak import everything_stored, explode, found

pytestmark = pytest.mark.django_db

CANARY = "whsec_CANARYcanaryCANARY77xy"
NEXT = "d3b8f60c17e94a25b8c1f0a7d3b8f60c17e94a25b8c1f0a7"
OWN, TEAM = "/account/key", "/team/key"
HOOK = {"do": "hook", "hook-secret": CANARY}


@pytest.fixture
def owner(member: MakeMember) -> Member:
    return member("owner")


@pytest.fixture
def key(owner: Member, doitong: Provider) -> Key:
    return keys.save_key(member=owner, text=KEY, plan="pro", actor=owner)


@pytest.fixture
def browser(owner: Member, key: Key, client: Client) -> Client:
    client.force_login(owner)
    return client


def secrets(key: Key) -> list[str]:
    return [one.reveal() for one in vault.hook_secrets(Key.objects.get(pk=key.pk), timezone.now())]


@pytest.mark.parametrize(
    "text", [CANARY, NEXT, f"  {CANARY}\n", "k7Q+/w==Jm2nXc9vB4tR8yUeLpZsD1fG", "!\"#$%&'()*+,-./0123456789:"]
)
def test_a_secret_of_24_characters_is_taken_as_it_is(text: str) -> None:
    assert read_hook_secret(text).reveal() == text.strip()


@pytest.mark.parametrize(
    "text",
    ["", "  ", "abc12", "a" * 23, "a" * 60, "ab" * 20, "x" * 300, f'"{CANARY}"', f"{CANARY} x",
     f"{CANARY}\nx", f"{CANARY}\0", f"Bearer {CANARY}", f"{CANARY}ü", f"{CANARY}\ud800"],
)  # fmt: skip
def test_what_cannot_be_a_secret_is_refused_with_a_sentence_that_does_not_repeat_it(text: str) -> None:
    with pytest.raises(NotAKey) as caught:
        read_hook_secret(text)
    assert caught.value.sentence.endswith(".")
    assert not text.strip() or text.strip() not in caught.value.sentence


def test_it_is_pasted_changed_and_removed_on_the_page_and_never_shown(browser: Client, key: Key) -> None:
    page = browser.get(OWN).content.decode()
    assert "signed with the API key itself" in page
    for text, signs in ((CANARY, [CANARY, KEY]), (NEXT, [NEXT, CANARY])):
        assert browser.post(OWN, {"do": "hook", "hook-secret": text})["Location"] == OWN
        assert secrets(key) == signs
    page = browser.get(OWN).content.decode()
    assert "signed with the webhook secret" in page
    assert (CANARY in page, NEXT in page) == (False, False)
    assert browser.post(OWN, {"do": "hook_remove"})["Location"] == OWN
    assert secrets(key) == [KEY, NEXT]
    assert "signed with the API key itself" in browser.get(OWN).content.decode()
    changes = Event.objects.filter(verb=Verb.KEY_HOOK_SECRET).order_by("pk").values_list("detail", flat=True)
    assert [one["change"] for one in changes] == ["set", "set", "removed"]


def test_the_same_secret_again_or_none_to_remove_changes_nothing(owner: Member, key: Key) -> None:
    assert not keys.remove_hook_secret(key, owner)
    assert keys.save_hook_secret(key, Secret(CANARY), owner)
    assert not keys.save_hook_secret(key, Secret(CANARY), owner)
    assert secrets(key) == [CANARY, KEY]


def test_a_bad_one_is_told_in_the_form_and_not_given_back(browser: Client, key: Key) -> None:
    answer = browser.post(OWN, {"do": "hook", "hook-secret": f"{CANARY} x"})
    assert answer.status_code == 422
    assert b"There is a blank in the secret." in answer.content
    assert not found(CANARY, answer.content)
    assert secrets(key) == [KEY]


@pytest.mark.parametrize("role", ["designer", "reviewer", "credit_admin"])
def test_the_team_keys_secret_is_the_owners(
    member: MakeMember, client: Client, owner: Member, doitong: Provider, role: str
) -> None:
    team = keys.save_key(member=None, text=OTHER, plan="pro", actor=owner)
    client.force_login(member(role))
    for form in (HOOK, {"do": "hook_remove"}, {"do": "account"}):
        assert client.post(TEAM, form).status_code == 403
    assert secrets(team) == [OTHER]


def test_without_a_key_there_is_nothing_to_sign(client: Client, owner: Member) -> None:
    client.force_login(owner)
    for form in (HOOK, {"do": "hook_remove"}, {"do": "account"}):
        assert client.post(OWN, form).status_code == 302


def test_a_sealed_secret_opens_in_its_own_place_alone(owner: Member, key: Key) -> None:
    """KEY-14: not as an API key, not as the former one, not in another row."""
    keys.save_hook_secret(key, Secret(CANARY), owner)
    key.refresh_from_db()
    other = keys.save_key(member=None, text=OTHER, plan="pro", actor=owner)
    other.sealed_hook_secret = key.sealed_hook_secret
    key.sealed, key.sealed_former_hook_secret = key.sealed_hook_secret, key.sealed_hook_secret
    for opens in (lambda: vault.secret_of(key), lambda: vault.hook_secrets(key, timezone.now())):
        with pytest.raises(keys.SealingError):
            opens()
    with pytest.raises(keys.SealingError):
        vault.hook_secrets(other, timezone.now())


def test_both_are_sealed_anew_with_the_keys(
    owner: Member, doitong: Provider, write_keyring: Callable[..., Any]
) -> None:
    old, new = line("k1"), line("k2")
    write_keyring(old)
    key = keys.save_key(member=owner, text=KEY, plan="pro", actor=owner)
    keys.save_hook_secret(key, Secret(CANARY), owner)
    keys.save_hook_secret(key, Secret(NEXT), owner)
    write_keyring(new, old)
    call_command("reseal_keys")
    write_keyring(new)
    assert secrets(key) == [NEXT, CANARY]


def test_no_path_of_a_secret_leaves_it_anywhere(
    owner: Member, key: Key, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    keys.save_hook_secret(key, Secret(CANARY), owner)
    keys.save_hook_secret(key, Secret(NEXT), owner)
    row = Key.objects.get()
    shown = [repr(vault.hook_secrets(row, timezone.now())), repr(row), repr(row.__dict__)]
    keys.remove_hook_secret(key, owner)
    for place in (*everything_stored(), caplog.text, *map(repr, caplog.records), *shown):
        assert not found(CANARY, place)
        assert not found(NEXT, place)


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("fault", [(sealing, "AESGCM"), (Key, "save"), (Event, "note")])
def test_an_error_page_shows_no_secret(
    browser: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch, fault: tuple[Any, str], debug: bool
) -> None:
    settings.DEBUG = debug
    browser.raise_request_exception = False
    monkeypatch.setattr(*fault, explode)
    reports: list[str] = []

    def report(request: HttpRequest, **_rest: object) -> None:
        reporter = ExceptionReporter(request, *sys.exc_info())
        reporter.filter = Filter()
        reports.extend((reporter.get_traceback_html(), reporter.get_traceback_text()))

    got_request_exception.connect(report)
    try:
        browser.post(OWN, HOOK)
    finally:
        got_request_exception.disconnect(report)
    assert len(reports) == 2
    for text in reports:
        assert "An unforeseen fault" in text
        assert not found(CANARY, text)


def test_the_page_says_what_the_rooms_above_tell_of_the_key(browser: Client) -> None:
    def tell(_key: Key) -> list[Fact]:
        return [Fact(about="Weather", text="Fine"), Fact(about="Alarm", text="Look here.", warns=True)]

    on_page(tell)
    try:
        page = browser.get(OWN).content.decode()
    finally:
        _tellers.remove(tell)
    assert re.search(r"Weather</span>\s*<p[^>]*>Fine\.", page)
    assert "Look here." in page


def test_two_keys_are_said_to_be_of_one_account_and_apart_again(
    browser: Client, owner: Member, key: Key
) -> None:
    other = keys.save_key(member=None, text=OTHER, plan="starter", actor=owner)
    assert "Same account as" in browser.get(OWN).content.decode()
    assert browser.post(OWN, {"do": "account", "account-other": str(other.pk)})["Location"] == OWN
    key.refresh_from_db()
    assert (key.account, key.plan) == (other.account, "starter")
    assert f'value="{other.pk}" selected' in browser.get(OWN).content.decode()
    assert browser.post(OWN, {"do": "account", "account-other": ""}).status_code == 302
    key.refresh_from_db()
    assert key.account != other.account


@pytest.mark.parametrize("other", ["x", "00000000-0000-0000-0000-000000000000", "own"])
def test_an_account_is_that_of_a_key_that_one_may_see(
    browser: Client, owner: Member, key: Key, other: str
) -> None:
    keys.save_key(member=None, text=OTHER, plan="starter", actor=owner)
    before = key.account
    chosen = str(key.pk) if other == "own" else other
    assert browser.post(OWN, {"do": "account", "account-other": chosen}).status_code == 422
    key.refresh_from_db()
    assert key.account == before
