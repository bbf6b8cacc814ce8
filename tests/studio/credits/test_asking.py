"""Asking for credits: the doors, the answers, what waits goes on, both sides are told (D9, D11)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from studio.accounts.models import Event, Member, Verb
from studio.credits import alerts, asking, budgets, ledger, telling
from studio.credits.models import Account, Alert, Ask, AskState, Budget, Entry, Kind, Notice, Scope, TopUp
from studio.credits.windows import Period
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db
type SignIn = Callable[[Member], Client]
BAD = ("", "0", "-5", "1.5", "1e3", "NaN", "٣", "1000001", "9" * 40)


@pytest.fixture
def ada(member: MakeMember) -> Member:
    return member(name="Ada")


@pytest.fixture
def admin(member: MakeMember) -> Member:
    return member("credit_admin", name="Casey")


@pytest.fixture(autouse=True)
def _told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerts, "_listeners", [telling.tell])


def typed(amount: object = 200, reason: str = "The autumn series", **more: str) -> dict[str, str]:
    return {"amount": str(amount), "reason": reason, "reference": str(uuid4()), **more}


def waiting(member: Member, amount: int = 200) -> Ask:
    return asking.ask(member, amount, "The autumn series", pk=uuid4())


def titles(member: Member) -> list[str]:
    return [notice.title for notice in Notice.objects.filter(member=member).order_by("id")]


def text(answer: Any) -> str:
    return str(answer.content.decode())


class TestAsk:
    """GET and POST /credits/ask"""

    def test_a_request_is_told_to_the_admins_once(
        self, ada: Member, admin: Member, signed_in: SignIn
    ) -> None:
        browser, form = signed_in(ada), typed()
        for _ in range(2):  # said twice
            assert browser.post("/credits/ask", form).headers["Location"] == "/credits/ask"
        asked = Ask.objects.get()
        assert (asked.member, asked.amount, asked.state) == (ada, 200, AskState.OPEN)
        assert titles(admin) == ["Ada asks for 200 credits"]
        assert Event.objects.filter(verb=Verb.CREDITS_ASKED, who=ada).count() == 1
        assert "The autumn series" in text(browser.get("/credits/ask"))

    def test_a_second_one_waits_for_the_first(self, ada: Member, signed_in: SignIn) -> None:
        browser = signed_in(ada)
        browser.post("/credits/ask", typed())
        answer = browser.post("/credits/ask", typed(300, "More still"))
        assert answer.status_code == 422
        assert "the answer is still to come" in text(answer)
        assert 'value="More still"' in text(answer)
        assert Ask.objects.count() == 1

    @pytest.mark.parametrize("amount", BAD)
    def test_bad_amounts_are_a_sentence_and_lose_nothing(
        self, ada: Member, signed_in: SignIn, amount: str
    ) -> None:
        answer = signed_in(ada).post("/credits/ask", typed(amount))
        assert answer.status_code == 422
        assert "The autumn series" in text(answer)
        assert not Ask.objects.exists()

    def test_no_reason_no_request(self, ada: Member, signed_in: SignIn) -> None:
        assert signed_in(ada).post("/credits/ask", typed(reason="  ")).status_code == 422
        assert not Ask.objects.exists()

    def test_a_refusal_leads_here_with_its_amount(self, ada: Member, signed_in: SignIn) -> None:
        assert 'value="60"' in text(signed_in(ada).get("/credits/ask?amount=60"))
        assert 'value="6e9"' not in text(signed_in(ada).get("/credits/ask?amount=6e9"))

    def test_a_budget_that_bounds_one_can_be_asked_for_and_no_other(
        self, ada: Member, admin: Member, member: MakeMember, signed_in: SignIn
    ) -> None:
        own = budgets.put(Scope.MEMBER, ada.pk, Period.MONTH, 100, by=admin, reason="start")
        other = budgets.put(Scope.MEMBER, member().pk, Period.MONTH, 100, by=admin, reason="start")
        assert own
        assert other
        browser = signed_in(ada)
        assert browser.post("/credits/ask", typed(what=str(other.pk))).status_code == 422
        assert browser.post("/credits/ask", typed(50, what=str(own.pk))).status_code == 302
        assert titles(admin) == ["Ada asks for a budget higher by 50 credits"]
        signed_in(admin).post(f"/team/requests/{Ask.objects.get().pk}", {"amount": "50", "decision": "grant"})
        assert Budget.objects.get(pk=own.pk).limit == 150
        assert Account.of(ada.pk).balance == 0

    def test_one_s_own_is_withdrawn_a_stranger_s_is_not_there(
        self, ada: Member, member: MakeMember, signed_in: SignIn
    ) -> None:
        asked = waiting(ada)
        assert signed_in(member()).post(f"/credits/ask/{asked.pk}/withdraw").status_code == 404
        assert signed_in(ada).post(f"/credits/ask/{asked.pk}/withdraw").status_code == 302
        asked.refresh_from_db()
        assert asked.state == AskState.WITHDRAWN
        assert signed_in(ada).post("/credits/ask", typed()).status_code == 302  # and one may ask again


class TestAnswer:
    """GET /team/requests and POST /team/requests/ID"""

    def test_a_grant_is_booked_once_told_and_logged(
        self, ada: Member, admin: Member, signed_in: SignIn
    ) -> None:
        asked, browser = waiting(ada), signed_in(admin)
        for _ in range(2):
            answer = browser.post(f"/team/requests/{asked.pk}", {"amount": "200", "decision": "grant"})
            assert answer.headers["Location"] == "/team/requests"
        entry = Entry.objects.get(kind=Kind.GRANT)
        assert (entry.posted, entry.actor, entry.reason) == (200, admin, "The autumn series")
        assert titles(ada) == ["Casey gave 200 credits of 200"]
        assert Event.objects.filter(verb=Verb.CREDITS_ANSWERED, who=admin).count() == 1

    def test_less_is_given_and_said(self, ada: Member, admin: Member, signed_in: SignIn) -> None:
        asked = waiting(ada)
        told = {"amount": "150", "decision": "grant", "answer": "Half for now"}
        signed_in(admin).post(f"/team/requests/{asked.pk}", told)
        asked.refresh_from_db()
        assert (asked.state, asked.given, asked.answer) == (AskState.TRIMMED, 150, "Half for now")
        assert Account.of(ada.pk).balance == 150

    def test_a_grant_may_have_an_end(self, ada: Member, admin: Member, signed_in: SignIn) -> None:
        end = timezone.localdate() + timedelta(days=7)
        told = {"amount": "200", "decision": "grant", "ends_on": end.isoformat()}
        signed_in(admin).post(f"/team/requests/{waiting(ada).pk}", told)
        lot = TopUp.objects.get()
        assert timezone.localtime(lot.ends_at).date() == end + timedelta(days=1)

    @pytest.mark.parametrize("day", ["2020-01-01", "9999-12-31", "soon", "2026-02-30"])
    def test_a_bad_end_is_a_sentence(self, ada: Member, admin: Member, signed_in: SignIn, day: str) -> None:
        told = {"amount": "200", "decision": "grant", "ends_on": day, "answer": "As you wish"}
        answer = signed_in(admin).post(f"/team/requests/{waiting(ada).pk}", told)
        assert answer.status_code == 422
        assert 'value="As you wish"' in text(answer)
        assert not Entry.objects.exists()

    def test_a_refusal_needs_a_reason(self, ada: Member, admin: Member, signed_in: SignIn) -> None:
        asked, browser = waiting(ada), signed_in(admin)
        told = {"amount": "200", "decision": "refuse"}
        assert browser.post(f"/team/requests/{asked.pk}", told).status_code == 422
        assert browser.post(f"/team/requests/{asked.pk}", {**told, "answer": "Use 512"}).status_code == 302
        assert titles(ada) == ["Casey refused your request"]
        assert Account.of(ada.pk).balance == 0

    @pytest.mark.parametrize("amount", BAD)
    def test_bad_amounts_give_nothing(
        self, ada: Member, admin: Member, signed_in: SignIn, amount: str
    ) -> None:
        told = {"amount": amount, "decision": "grant"}
        assert signed_in(admin).post(f"/team/requests/{waiting(ada).pk}", told).status_code == 422
        assert not Entry.objects.exists()

    def test_a_budget_that_is_gone_is_a_sentence(self, ada: Member, admin: Member, signed_in: SignIn) -> None:
        asked = asking.ask(ada, 50, "More", pk=uuid4(), budget_id=uuid4())
        answer = signed_in(admin).post(f"/team/requests/{asked.pk}", {"amount": "50", "decision": "grant"})
        assert answer.status_code == 409
        assert "there is nothing to raise" in text(answer)
        asked.refresh_from_db()
        assert asked.state == AskState.OPEN  # nothing was half done

    def test_who_may(self, ada: Member, member: MakeMember, client: Client, signed_in: SignIn) -> None:
        asked = waiting(ada)
        for role in ("designer", "reviewer"):
            browser = signed_in(member(role))
            assert browser.get("/team/requests").status_code == 403
            assert browser.post(f"/team/requests/{asked.pk}", {"decision": "grant"}).status_code == 403
        assert client.post(f"/team/requests/{asked.pk}").status_code == 302
        owner = signed_in(member("owner"))
        assert owner.get(f"/team/requests/{asked.pk}").status_code == 405
        assert owner.post(f"/team/requests/{uuid4()}").status_code == 404
        asked.refresh_from_db()
        assert asked.state == AskState.OPEN

    def test_it_stands_beside_their_use_at_a_constant_price(
        self, ada: Member, admin: Member, member: MakeMember, signed_in: SignIn
    ) -> None:
        ledger.grant(ada, 100, actor=admin, reason="start", reference=uuid4())
        reference = uuid4()
        ledger.hold(ada, [ledger.Hold(reference=reference, amount=20)], key_id=None)
        ledger.settle(reference, 14)
        waiting(ada)
        browser = signed_in(admin)
        page = text(browser.get("/team/requests"))
        assert "Ada asks for 200 credits" in page
        assert "<dt>Left</dt><dd>86</dd>" in page
        assert "14 credits in 30 days, day by day" in page
        few = queries(browser, "/team/requests")
        for _ in range(5):
            waiting(member())
        assert queries(browser, "/team/requests") <= few


def queries(browser: Client, path: str) -> int:
    browser.get(path)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert browser.get(path).status_code == 200
    return len(seen)


def test_an_answer_that_came_first_is_the_one(ada: Member, admin: Member) -> None:
    asked = waiting(ada)
    other = Ask.objects.get(pk=asked.pk)
    assert asking.refuse(asked, by=admin, answer="Not now")
    assert not asking.grant(other, 200, by=admin, answer="Yes")
    assert not Entry.objects.exists()
    assert Alert.objects.filter(about="answered").count() == 1
