"""One answer for every wrong try, a throttle before the hash, sessions that end (AUTH-01 to AUTH-09)."""

from typing import Any

import pytest
from django.contrib.auth import hashers
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from studio.accounts.models import Event, Member, Verb

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
EMAIL = "ada@studio.example"


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


@pytest.fixture
def ada() -> Member:
    return Member.objects.create_user(EMAIL, PASSWORD, name="Ada")


def attempt(client: Client, password: str = PASSWORD, email: str = EMAIL, **more: Any) -> Any:
    extra = {"REMOTE_ADDR": more.pop("address", "127.0.0.1"), **more.pop("extra", {})}
    return client.post("/sign-in", {"login": email, "password": password, **more}, **extra)


def test_the_page_asks_for_address_and_password_and_offers_no_sign_up(client: Client) -> None:
    page = client.get("/sign-in")
    assert page.status_code == 200
    assert b'autocomplete="current-password"' in page.content
    assert b"sign-up" not in page.content.lower()
    assert b"or try it as" not in page.content
    assert "no-cache" in page["Cache-Control"]


def test_the_right_password_opens_the_studio(client: Client, ada: Member) -> None:
    before = client.session.session_key
    answer = attempt(client, email=EMAIL.upper())
    assert (answer.status_code, answer["Location"]) == (302, reverse("explore"))
    assert client.session["_auth_user_id"] == str(ada.pk)
    assert client.session.session_key != before
    assert Event.objects.get().verb == Verb.SIGNED_IN
    assert client.get("/sign-in").status_code == 302


@pytest.mark.parametrize("case", ["wrong", "unknown", "inactive"])
def test_every_wrong_try_is_answered_alike(client: Client, ada: Member, case: str) -> None:
    Member.objects.update(is_active=case != "inactive")
    email = "bob@studio.example" if case == "unknown" else EMAIL
    answer = attempt(client, email=email, password="wrong horse" if case == "wrong" else PASSWORD)
    assert answer.status_code == 422
    assert b"do not go together" in answer.content
    assert b"inactive" not in answer.content
    assert PASSWORD.encode() not in answer.content
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("backend", ["locmem.LocMemCache", "db.DatabaseCache"])
def test_load_03_too_many_tries_are_refused_before_anything_is_hashed(
    client: Client, ada: Member, settings: Settings, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    _use_cache(settings, backend)
    hashed = _count_hashes(monkeypatch)
    answers = [attempt(client, "wrong horse") for _ in range(8)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429] * 3
    assert len(hashed) == 5
    assert answers[-1]["Retry-After"] == "900"
    assert b"Wait 15 minutes" in answers[-1].content
    assert attempt(client).status_code == 429


def test_others_and_the_member_elsewhere_are_not_locked_out(client: Client, ada: Member) -> None:
    Member.objects.create_user("bob@studio.example", PASSWORD, name="Bob")
    for _ in range(6):
        last = attempt(client, "wrong horse")
    assert last.status_code == 429
    assert attempt(Client(), address="192.0.2.7").status_code == 302
    assert attempt(Client(), email="bob@studio.example").status_code == 302


def test_a_made_up_address_behind_a_proxy_is_not_believed(client: Client, ada: Member) -> None:
    codes = [
        attempt(client, "wrong horse", extra={"HTTP_X_FORWARDED_FOR": f"192.0.2.{number}"}).status_code
        for number in range(7)
    ]
    assert codes == [422] * 5 + [429] * 2


@pytest.mark.parametrize("address", [
    "https://evil.example/", "//evil.example/", "\\\\evil.example", "/\\evil.example", "javascript:alert(1)",
    "https:evil.example", "http:///evil.example", "https://127.0.0.1@evil.example", "\thttps://evil.example",
])  # fmt: skip
def test_the_next_page_is_one_of_ours(client: Client, ada: Member, address: str) -> None:
    answer = client.post("/sign-in", {"login": EMAIL, "password": PASSWORD, "next": address})
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]


def test_after_signing_in_one_is_where_one_wanted_to_be(client: Client, ada: Member) -> None:
    asked = client.get("/account/key")
    assert asked["Location"] == "/sign-in?next=/account/key"
    assert b'name="next" value="/account/key"' in client.get(asked["Location"]).content
    assert attempt(client, next="/account/key")["Location"] == "/account/key"


def test_a_leavers_session_ends_at_the_next_request(client: Client, ada: Member) -> None:
    attempt(client)
    assert client.get("/account/key").status_code == 200
    Member.objects.update(is_active=False)
    answer = client.get("/account/key")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=/account/key")


def test_signing_out_is_a_post_and_ends_the_session(client: Client, ada: Member) -> None:
    attempt(client)
    session = client.session.session_key
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert not client.session.exists(session or "")
    assert client.get("/account/key").status_code == 302
    assert Event.objects.first().verb == Verb.SIGNED_OUT  # type: ignore[union-attr]


def test_signing_out_twice_is_harmless(client: Client) -> None:
    assert client.post("/sign-out").status_code == 302


def test_a_failed_try_is_written_down_without_the_password(client: Client, ada: Member) -> None:
    attempt(client, "wrong horse")
    event = Event.objects.get()
    assert (event.verb, event.subject, event.detail) == (Verb.SIGN_IN_FAILED, EMAIL, {})


def test_a_new_password_ends_the_other_sessions(client: Client, ada: Member) -> None:
    elsewhere = Client()
    attempt(client)
    attempt(elsewhere)
    before = client.session.session_key
    data = {"oldpassword": PASSWORD, "password1": "another horse staple", "password2": "another horse staple"}
    answer = client.post("/account/password", data)
    assert answer.status_code == 302
    assert client.session.session_key != before
    assert b"Your password is changed" in client.get("/account/key").content
    assert elsewhere.get("/account/key").status_code == 302
    assert Event.objects.filter(verb=Verb.PASSWORD_CHANGED).count() == 1


@pytest.mark.parametrize("new", ["short horse", "password1234", EMAIL, "q1w2e3r4t5y6"])
def test_a_weak_password_is_refused(client: Client, ada: Member, new: str) -> None:
    attempt(client)
    client.post("/account/password", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_a_long_passphrase_is_taken(client: Client, ada: Member) -> None:
    attempt(client)
    new = "a long phrase " * 8
    client.post("/account/password", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    ada.refresh_from_db()
    assert ada.check_password(new)


def test_who_has_no_password_sets_a_first_one(client: Client, ada: Member) -> None:
    ada.set_unusable_password()
    ada.save()
    client.force_login(ada)
    assert client.get("/account/password")["Location"] == "/account/password/first"
    assert client.get("/account/password/first").status_code == 200


def _use_cache(settings: Settings, backend: str) -> None:
    settings.CACHES = {
        "default": {"BACKEND": f"django.core.cache.backends.{backend}", "LOCATION": "studio_cache"}
    }
    if backend.startswith("db."):
        call_command("createcachetable", verbosity=0)


def _count_hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    hashed: list[str] = []
    genuine = hashers.verify_password

    def verify(password: str, *rest: Any, **more: Any) -> Any:
        hashed.append(password)
        return genuine(password, *rest, **more)

    monkeypatch.setattr(hashers, "verify_password", verify)
    return hashed
