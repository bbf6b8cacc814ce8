"""Devices, signing them out, confirming oneself, forgotten passwords (E12, AUTH-05, AUTH-06, AUTH-10)."""

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from studio.accounts import forgotten, sessions
from studio.accounts.confirming import confirmed, confirmed_first
from studio.accounts.models import Event, Member, Verb
from studio.accounts.sessions import named
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db
NEW = "another horse battery"
PASSWORD = "correct horse battery"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


@pytest.fixture
def ada() -> Member:
    return Member.objects.create_user("ada@studio.example", PASSWORD, name="Ada")


def came(client: Client, agent: str = FIREFOX) -> Client:
    """Return the browser after it signed in as Ada."""
    found = client.post(
        "/sign-in", {"login": "ada@studio.example", "password": PASSWORD}, headers={"user-agent": agent}
    )
    assert found.status_code == 302
    return client


def test_every_device_is_listed_and_ends_at_its_next_request(
    ada: Member, client_factory: Callable[[], Client]
) -> None:
    here, phone, desk = (came(client_factory(), agent) for agent in (FIREFOX, "Safari iPhone", FIREFOX))
    page = here.get("/account/sessions").content.decode()
    assert page.count("Firefox on Linux") >= 2
    assert "Safari on iPhone" in page
    assert page.count("This one") == 1
    ((one, _),) = re.findall(r'value="(\d+)" aria-label="Sign out (Safari on iPhone)"', page)
    assert here.post("/account/sessions", {"device": one}).status_code == 302
    assert phone.get("/gallery").status_code == 302
    assert desk.get("/gallery").status_code == 200
    assert here.post("/account/sessions", {"do": "all"}).status_code == 302
    assert desk.get("/gallery").status_code == 302
    assert here.get("/gallery").status_code == 200
    assert Event.objects.filter(verb=Verb.SESSION_ENDED, who=ada).count() == 2


def test_nobody_ends_a_device_of_another(ada: Member, client: Client, member: MakeMember) -> None:
    came(client)
    (device,) = sessions.devices(ada, None)
    stranger = Client()
    stranger.force_login(member())
    assert stranger.post("/account/sessions", {"device": device.pk}).status_code == 404
    for bad in ({}, {"device": "x"}, {"device": "9" * 40}, {"do": "nothing"}):
        assert stranger.post("/account/sessions", bad).status_code == 400
    assert client.get("/gallery").status_code == 200


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140",
            "Edge on Windows",
        ),
        ("", "Unknown"),
        ("<script>alert(1)</script>", "scriptalert1/script"),
    ],
)
def test_a_device_has_a_name(agent: str, name: str) -> None:
    assert named(agent) == name


def test_auth_05_a_new_password_ends_other_devices(ada: Member, client_factory: Callable[[], Client]) -> None:
    here, there = came(client_factory()), came(client_factory())
    before = here.session.session_key
    new = {
        "oldpassword": PASSWORD,
        "password1": NEW,
        "password2": NEW,
    }
    assert here.post("/account/password", new).status_code == 302
    assert there.get("/gallery").status_code == 302
    assert here.get("/gallery").status_code == 200
    assert here.session.session_key != before


def test_auth_06_a_leaver_is_out_at_the_next_request(ada: Member, client: Client) -> None:
    came(client)
    Member.objects.update(is_active=False)
    assert client.get("/gallery").status_code == 302


def a_while_ago(client: Client) -> None:
    """Have been asked last more than a quarter of an hour ago."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 15 * 60 + 1
    session.save()


class TestConfirming:
    """AUTH-10: before something grave, the password once more; a quarter of an hour is remembered."""

    def test_auth_10_who_signed_in_a_while_ago_is_asked_and_goes_on(
        self, ada: Member, client: Client
    ) -> None:
        Member.objects.update(role="owner")
        came(client)
        assert client.post("/team/security", {"do": "nothing"}).status_code != 302  # the sign-in counts
        a_while_ago(client)
        asked = client.post("/team/security", {"do": "factor"})
        assert asked["Location"] == "/account/confirm?next=%2Fteam%2Fsecurity"
        wrong = client.post(asked["Location"], {"password": "wrong horse battery"})
        assert wrong.status_code == 200
        assert not Event.objects.filter(verb=Verb.FACTOR_RULED).exists()
        done = client.post(asked["Location"], {"password": PASSWORD, "next": "/team/security"})
        assert done.status_code == 302
        rule = client.post("/team/security", {"do": "factor", "factor-roles": "reviewer"})
        assert rule["Location"] == "/team/security"
        assert Event.objects.filter(verb=Verb.FACTOR_RULED).exists()

    def test_auth_10_the_confirmation_is_forgotten_in_time(
        self, ada: Member, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Member.objects.update(role="owner")
        came(client)
        client.post("/account/confirm", {"password": PASSWORD})
        assert client.post("/team/security", {"do": "factor"})["Location"] == "/team/security"
        a_while_ago(client)
        assert client.post("/team/security", {"do": "factor"})["Location"].startswith("/account/confirm")

    @pytest.mark.parametrize("guard", [confirmed, confirmed_first])
    def test_nothing_pasted_is_put_aside_where_a_secret_is_asked_for(self, guard: Any, ada: Member) -> None:
        request: Any = RequestFactory().post("/account/key", {"key": "dk_live_CANARY0123456789"})
        request.user, request.session = ada, Client().session
        request._messages = type("Quiet", (), {"add": lambda *_: None})()
        answer = guard(lambda *_: pytest.fail("it was not confirmed"))(request)
        assert answer.status_code == 302
        kept = "CANARY" in str(dict(request.session.items()))
        assert kept is (guard is confirmed)


class TestForgotten:
    """A password that was forgotten: by mail, or by a link that an owner makes."""

    @pytest.fixture
    def later(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
        """Return the list in which what comes after an answer is gathered; mails go nowhere."""
        settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
        gathered: list[Callable[[], None]] = []
        monkeypatch.setattr(forgotten.mail_after, "__defaults__", (gathered.append,))
        return gathered

    def test_auth_04_it_is_said_alike_whether_there_is_such_a_member(
        self, ada: Member, client: Client, mailoutbox: list[Any], later: list[Callable[[], None]]
    ) -> None:
        """AUTH-04: the same answer, the same statements, and no mail within the request."""
        answers, statements = [], []
        for email in ("first@studio.example", "ada@studio.example", "nobody@studio.example"):
            with CaptureQueriesContext(connection) as asked:
                answers.append(client.post("/sign-in/forgot", {"email": email}))
            statements.append([re.sub(r"'[^']*'|\d+", "?", one["sql"]) for one in asked])
            assert "ada@studio.example" not in str(asked.captured_queries)
        _, known, unknown = answers
        assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
        assert known.content == unknown.content
        assert statements[1] == statements[2]
        assert (mailoutbox, len(later)) == ([], 3)
        for work in later:
            work()
        assert [mail.to for mail in mailoutbox] == [["ada@studio.example"]]
        assert re.search(r"http://testserver/sign-in/new/\w+-\S+", mailoutbox[0].body)

    @pytest.mark.parametrize("email", ["", "no address", "a@b", "x" * 400 + "@studio.example"])
    def test_what_is_no_address_is_refused_and_nothing_follows(
        self, client: Client, later: list[Callable[[], None]], email: str
    ) -> None:
        client.post("/sign-in/forgot", {"email": email})
        assert later == []

    def test_a_mail_server_that_hangs_holds_up_so_many_and_no_more(
        self, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(forgotten, "_places", threading.BoundedSemaphore(1))
        done, there, go = [], threading.Event(), threading.Event()

        def hang() -> None:
            there.set()
            go.wait(30)

        hanging = threading.Thread(target=forgotten._apart, args=(hang,))
        hanging.start()
        assert there.wait(30)
        forgotten._apart(lambda: done.append("while it hangs"))
        go.set()
        hanging.join(30)
        forgotten._apart(lambda: done.append("after it"))
        assert done == ["after it"]
        assert "was not mailed" in caplog.text

    def test_where_no_mail_is_sent_it_says_who_helps(self, client: Client) -> None:
        assert b"Ask an owner" in client.get("/sign-in/forgot").content
        assert client.post("/sign-in/forgot", {"email": "ada@studio.example"}).status_code == 200

    def test_an_owner_makes_a_link_that_works_once(
        self, ada: Member, client: Client, client_factory: Callable[[], Client], member: MakeMember
    ) -> None:
        there = came(client_factory())
        client.force_login(member("owner"))
        page = client.post("/team/security", {"do": "link", "who-member": str(ada.pk)}).content.decode()
        (link,) = re.findall(r"http://testserver(/sign-in/new/\S+?)<", page)
        assert link not in str(list(Event.objects.values()))
        guest = client_factory()
        form = guest.get(link, follow=True)
        new = {"password1": NEW, "password2": NEW}
        assert guest.post(form.request["PATH_INFO"], new).status_code == 302
        ada.refresh_from_db()
        assert ada.check_password(NEW)
        assert there.get("/gallery").status_code == 302
        assert b"used up" in client_factory().get(link, follow=True).content

    @pytest.mark.parametrize("role", ["designer", "reviewer", "credit_admin"])
    def test_only_an_owner_does(self, ada: Member, client: Client, member: MakeMember, role: str) -> None:
        client.force_login(member(role))
        assert client.post("/team/security", {"do": "link", "who-member": str(ada.pk)}).status_code == 403
