"""Credits that last shorter than admins want are warned of: on the team's page, and once a day (D20)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from studio.accounts.models import Member
from studio.credits import alerts, lasting, ledger, statement, telling
from studio.credits.booking import book
from studio.credits.models import About, Alert, Entry, Kind, Notice, Oversight
from studio.credits.rollups import day_of
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db
type SignIn = Callable[[Member], Client]


@pytest.fixture(autouse=True)
def _no_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerts, "_listeners", [])


@pytest.fixture
def admin(member: MakeMember) -> Member:
    return member("credit_admin", name="Casey")


def spending(member: Member, *, left: int, a_day: int) -> None:
    """Have a member spend so much on each of the last 14 days, and so much be left."""
    now = timezone.now()
    ledger.grant(member, left + 14 * a_day, actor=member, reason="test", reference=uuid4())
    for days in range(14):
        at = now - timedelta(days=days)
        like = {"account_id": member.pk, "reference": uuid4(), "created_at": at, "opened_at": at}
        book(Entry(kind=Kind.LATE, posted=-a_day, reason="test", **like))


def test_it_is_told_once_a_day_to_admins_and_stands_on_the_teams_page(
    admin: Member, member: MakeMember, signed_in: SignIn
) -> None:
    ada, now = member(), timezone.now()
    spending(ada, left=55, a_day=10)
    Oversight.objects.create(least_days=10)
    for _ in range(3):
        lasting.look(now)
    alert = Alert.objects.get(about=About.RUNS_OUT)
    assert alert.detail == {"days": 5, "least": 10, "left": 55}
    telling.tell(alert.pk)
    notice = Notice.objects.get()
    assert notice.member == admin
    assert notice.title == "The team’s credits last 5 days at this pace"
    page = signed_in(admin).get("/team").content.decode()
    assert "The team’s credits last 5 days at this pace" in page
    assert "below the 10 days" in page
    lasting.look(now + timedelta(days=1))
    days = {day_of(now), day_of(now + timedelta(days=1))}
    assert {one.once for one in Alert.objects.filter(about=About.RUNS_OUT)} == {
        f"runs_out {day}" for day in days
    }


@pytest.mark.parametrize("least", [None, 9])
def test_what_lasts_long_enough_is_not_told(
    admin: Member, member: MakeMember, signed_in: SignIn, least: int | None
) -> None:
    spending(member(), left=95, a_day=10)
    Oversight.objects.create(least_days=least)
    lasting.look(timezone.now())
    assert not Alert.objects.exists()
    assert "at this pace</h2>" not in signed_in(admin).get("/team").content.decode()


def test_nothing_spent_warns_of_nothing(admin: Member) -> None:
    Oversight.objects.create(least_days=365)
    lasting.look(timezone.now())
    assert not Alert.objects.exists()


@pytest.mark.parametrize(("typed", "kept"), [("14", 14), ("", None), ("365", 365)])
def test_admins_say_how_many_days(admin: Member, signed_in: SignIn, typed: str, kept: int | None) -> None:
    form = {"thresholds": "50", "price": "", "currency": "", "least_days": typed}
    assert signed_in(admin).post("/team/alerts", form).status_code == 302
    assert Oversight.present().least_days == kept
    if typed:
        assert f'value="{typed}"' in signed_in(admin).get("/team/alerts").content.decode()


@pytest.mark.parametrize("typed", ["0", "-1", "366", "1.5", "x", "9" * 30])
def test_no_number_of_days_is_a_sentence(admin: Member, signed_in: SignIn, typed: str) -> None:
    form = {"thresholds": "50", "price": "", "currency": "", "least_days": typed}
    answer = signed_in(admin).post("/team/alerts", form)
    assert answer.status_code == 422
    assert "aria-invalid" in answer.content.decode()
    assert not Oversight.objects.exists()


if connection.vendor == "sqlite":

    def test_a_months_statement_of_all_reads_that_month_alone(member: MakeMember) -> None:
        """SQLite’s plan names the index on time, in whose order the lines are."""
        asked = statement._entries(statement.Scope(), datetime(2026, 3, 1, tzinfo=UTC).date())
        plan: Any = asked.explain()
        assert "entry_of_month" in plan
        assert "TEMP B-TREE" not in plan
