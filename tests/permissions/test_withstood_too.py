"""What accounts, settings and the trail withstand, a test a row: locks, timing, cookies, what is noted."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import quote

import pytest
from django.contrib.auth import hashers
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse

from studio.accounts import keys, leaving
from studio.accounts.confirming import PRESSED_TWICE
from studio.accounts.models import Event, Key, Member, Verb
from studio.accounts.vault import was_used
from studio.credits.check import check
from studio.credits.models import Entry
from tests.conftest import MakeMember
from tests.gallery import factories
from tests.permissions.world import patterns

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
WRONG = "wrong horse battery"
type SignedIn = Callable[[Member], Client]


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


@pytest.fixture
def owner() -> Member:
    return Member.objects.create_user("owner@studio.example", PASSWORD, name="Olga", role="owner")


def attempt(email: str, password: str, *, address: str = "127.0.0.1") -> Any:
    return Client().post("/sign-in", {"login": email, "password": password}, REMOTE_ADDR=address)


def test_auth_02_nobody_locks_the_last_owner_out(owner: Member) -> None:
    for number in range(3):
        for _ in range(6):
            attempt(owner.email, WRONG, address=f"192.0.2.{number}")
    assert attempt(owner.email, PASSWORD, address="192.0.2.1").status_code == 429
    assert attempt(owner.email, PASSWORD, address="198.51.100.7").status_code == 302
    cache.clear()  # what an operator does, or a quarter of an hour
    assert attempt(owner.email, PASSWORD, address="192.0.2.1").status_code == 302


@pytest.mark.parametrize("case", ["wrong", "unknown", "inactive"])
def test_auth_04_every_try_costs_one_hash(owner: Member, case: str) -> None:
    Member.objects.update(is_active=case != "inactive")
    hashed: list[str] = []
    hasher = type(hashers.get_hasher())
    encode = hasher.encode

    def counted(self: Any, password: str, salt: str, *rest: Any) -> str:
        hashed.append(password)
        return encode(self, password, salt, *rest)

    with mock.patch.object(hasher, "encode", counted):
        answer = attempt("nobody@studio.example" if case == "unknown" else owner.email, WRONG)
    assert (answer.status_code, hashed) == (422, [WRONG])


PUBLIC = """
import json, os, sys
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
call_command("check", deploy=True, fail_level="WARNING")
names = ("SESSION_COOKIE", "CSRF_COOKIE")
parts = ("NAME", "SECURE", "HTTPONLY", "SAMESITE", "PATH", "DOMAIN")
print(json.dumps({name: [getattr(settings, f"{name}_{part}") for part in parts] for name in names}))
"""


def test_web_13_auth_11_a_public_studio_is_strict_and_its_cookies_are_bound_to_it(tmp_path: Path) -> None:
    own = {"STUDIO_URL": "https://studio.example", "STUDIO_SSL_REDIRECT": "1", "STUDIO_DATA": str(tmp_path)}
    own |= {"DJANGO_SETTINGS_MODULE": "studio.settings", "STUDIO_DEMO": "0", "STUDIO_DEBUG": "0"}
    own = {**os.environ, **own}
    done = subprocess.run(
        [sys.executable, "-c", PUBLIC], env=own, cwd=ROOT, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    for name, said in found.items():
        assert said[0].startswith("__Host-"), name
        assert said[1:] == [True, True, "Lax", "/", None], name


def test_auth_11_no_cookie_is_larger_than_a_browser_keeps(owner: Member) -> None:
    client = Client()
    client.post("/sign-in", {"login": owner.email, "password": PASSWORD})
    assert client.cookies
    assert all(len(one.OutputString()) <= 4_096 for one in client.cookies.values())


def test_log_01_who_is_kept_waiting_is_noted_once(owner: Member) -> None:
    for _ in range(9):
        attempt(owner.email, WRONG)
    halted = Event.objects.get(verb=Verb.SIGN_IN_HALTED)
    assert (halted.who, halted.subject) == (None, owner.email)
    assert Event.objects.filter(verb=Verb.SIGN_IN_FAILED).count() == 5


def test_log_01_a_refusal_is_noted_once_for_each_door(member: MakeMember, signed_in: SignedIn) -> None:
    ada = member("designer")
    client = signed_in(ada)
    before = Event.objects.count()
    for _ in range(3):
        assert client.get("/team/audit").status_code == 403
    assert client.get("/team/security").status_code == 403
    assert Client().get("/team/audit").status_code == 302
    noted = list(Event.objects.filter(verb=Verb.DENIED).values_list("who", "subject", "detail__door"))
    assert sorted(noted) == [(ada.pk, "/team/audit", "audit"), (ada.pk, "/team/security", "team_security")]
    assert Event.objects.count() == before + 2


def test_key_15_the_first_image_of_a_key_is_noted_once() -> None:
    key = Key.objects.create(sealed="v1:x", fingerprint="team")
    for _ in range(3):
        was_used(key)
    assert Event.objects.filter(verb=Verb.KEY_USED, subject=str(key.pk)).count() == 1


def test_log_04_who_leaves_keeps_name_and_sums(owner: Member, member: MakeMember) -> None:
    ada = member("designer", name="Ada")
    factories.image(ada, "a dune")
    before = list(Entry.objects.order_by("pk").values_list("pk", "posted"))
    leaving.let_go(ada, owner, actor=owner)
    assert list(Entry.objects.order_by("pk").values_list("pk", "posted")) == before
    assert list(check().differences) == []
    assert Member.objects.get(pk=ada.pk).name == "Ada"


def test_what_waits_for_a_confirmation_lies_sealed(owner: Member) -> None:
    client = Client()
    client.force_login(owner)
    client.post("/team/invitations", {"note": "CANARY-note", "role": "reviewer", "days": "7", "uses": "1"})
    client.get(reverse("mfa_index"))
    assert "CANARY-note" in str(dict(client.session.items()))
    stored = list(Session.objects.values_list("session_data", flat=True))
    opened = "".join(json.dumps(plain(one)) for one in stored)
    assert "CANARY-note" not in "".join(stored) + opened
    assert "v1:" in opened


def plain(stored: str) -> Any:
    from django.contrib.sessions.backends.db import SessionStore

    return SessionStore().decode(stored)


def test_a_second_go_on_leads_to_the_page_of_the_button(owner: Member, member: MakeMember) -> None:
    client, ada = Client(), member("designer")
    client.force_login(owner)
    door = f"/team/{ada.pk}/grant"
    client.post(door, {"amount": "0"})
    first = client.post("/account/confirm", {"password": PASSWORD, "next": door})
    assert first.status_code == 422
    again = client.post("/account/confirm", {"password": PASSWORD, "next": door}, follow=True)
    assert [status for _, status in again.redirect_chain] == [302]
    assert again.status_code == 200
    assert PRESSED_TWICE in again.content.decode()


def test_every_confirmed_door_that_takes_no_get_names_its_page(owner: Member) -> None:
    client = Client()
    client.force_login(owner)
    found = [reverse(one.page) for one in _views() if getattr(one, "page", "")]
    assert len(found) == 5
    assert {client.get(page).status_code for page in found} == {200}


def _views() -> list[Any]:
    def within(resolver: Any) -> list[Any]:
        views = []
        for one in resolver.url_patterns:
            views += within(one) if hasattr(one, "url_patterns") else [one.callback]
        return views

    return within(get_resolver())


ATTACKS = (
    "'",
    '"',
    "' OR 1=1 --",
    "1; DROP TABLE accounts_member",
    "%' UNION SELECT 1 --",
    "\\",
    "{{7*7}}",
    "\x00",
)
ASKED = (
    "q",
    "sort",
    "before",
    "after",
    "who",
    "verb",
    "since",
    "until",
    "subject",
    "month",
    "of",
    "days",
    "show",
    "tags",
)


def test_inp_02_no_query_reaches_the_database_as_sql(owner: Member) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(owner)
    factories.image(owner, "a dune")
    pages = [f"/{route}" for name, route in patterns() if "<" not in route and name in READ]
    assert len(pages) == len(READ)
    for page in pages:
        for attack in ATTACKS:
            query = "&".join(f"{name}={quote(attack)}" for name in ASKED)
            assert client.get(f"{page}?{query}").status_code < 500, (page, attack)
    assert Member.objects.filter(pk=owner.pk).exists()


READ = {"gallery", "gallery_facets", "gallery_suggest", "audit", "team", "credits", "team_ledger", "history"}


def test_key_15_a_key_s_life_is_noted(owner: Member) -> None:
    key = Key.objects.create(sealed="v1:k0:x:x", fingerprint="one", member=owner)
    with pytest.raises(keys.SealingError):
        keys.secret_of(key)
    was_used(key)
    keys.disable(key, owner)
    noted = list(Event.objects.filter(subject=str(key.pk)).order_by("pk").values_list("verb", "who"))
    assert noted == [
        (Verb.KEY_UNREADABLE, None), (Verb.KEY_USED, None), (Verb.KEY_DISABLED, owner.pk)
    ]  # fmt: skip
