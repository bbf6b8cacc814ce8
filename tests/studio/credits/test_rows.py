"""Ledger rows that stand by themselves: overruns, wrong charges, figures of pages (LED-11 to LED-18)."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.accounts import keys
from studio.accounts.models import Event, Key, Member, Verb
from studio.credits import ledger, prices
from studio.credits.check import check
from studio.credits.models import Account, Entry, Kind
from tests.conftest import MakeMember

type SignIn = Callable[[Member], Client]


def give(member: Member, amount: int) -> None:
    ledger.grant(member, amount, actor=member, reason="test", reference=uuid4())


def spend(member: Member, held: int, cost: int) -> None:
    reference = uuid4()
    ledger.hold(member, [ledger.Hold(reference=reference, amount=held)], key_id=None)
    assert ledger.settle(reference, cost)


@pytest.mark.django_db
@given(start=st.integers(1, 100), data=st.data())
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_led_11_an_overrun_is_charged_and_blocks_until_it_is_covered(start: int, data: st.DataObject) -> None:
    member = Member.objects.create_user(f"{uuid4().hex}@studio.test", name="M")
    held, cost = data.draw(st.integers(1, start)), data.draw(st.integers(0, 200))
    give(member, start)
    spend(member, held, cost)
    account = Account.objects.get(pk=member.pk)
    assert (account.balance, account.held, account.spent) == (start - cost, 0, cost)
    if account.available < 1:
        with pytest.raises(ledger.NotEnoughCredits):
            spend(member, 1, 1)
        give(member, 1 - account.available)
    spend(member, 1, 1)
    assert check().differences == ()


def test_led_12_a_wrong_charge_is_mended_by_an_entry_and_the_old_ones_stay(member: MakeMember) -> None:
    person, admin = member(), member("credit_admin")
    give(person, 100)
    spend(person, 20, 40)
    before = list(Entry.objects.order_by("pk").values())
    ledger.adjust(person, 20, actor=admin, reason="Charged twice as much", reference=uuid4())
    assert list(Entry.objects.order_by("pk").values())[: len(before)] == before
    mended = Entry.objects.get(kind=Kind.ADJUST)
    assert (mended.posted, mended.actor, mended.reason) == (20, admin, "Charged twice as much")
    assert Event.objects.get(verb=Verb.CREDITS_ADJUSTED).who == admin


def test_led_14_the_figures_of_the_pages_are_those_of_an_independent_sql(
    member: MakeMember, signed_in: SignIn
) -> None:
    admin, people = member("credit_admin"), [member(), member()]
    for number, person in enumerate(people, start=1):
        give(person, 1_000 * number)
        for cost in (11, 17 * number, 0):
            spend(person, 20, cost)
        ledger.hold(person, [ledger.Hold(reference=uuid4(), amount=20 + number)], key_id=None)
        ledger.adjust(person, -number, actor=admin, reason="Too much", reference=uuid4())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT SUM(posted), SUM(held), -SUM(CASE WHEN kind IN ('settle', 'late', 'refund')"
            " THEN posted ELSE 0 END) FROM credits_entry"
        )
        balance, held, spent = (int(figure) for figure in cursor.fetchone())
        cursor.execute("SELECT account_id, SUM(posted) - SUM(held), SUM(held) FROM credits_entry GROUP BY 1")
        rows = {str(account).replace("-", ""): (int(free), int(kept)) for account, free, kept in cursor}
    page = signed_in(admin).get("/team")
    text = page.content.decode()
    for figure in (balance, held, spent):
        assert f'<p class="stat__n">{figure:,}</p>' in text
    for standing, line in zip(page.context["found"].members, page.context["rows"], strict=True):
        free, kept = rows.get(standing.member.pk.hex, (0, 0))
        assert f'<td data-k="allow">{free:,}</td>' in line
        assert f'<td class="dim opt">{kept:,}</td>' in line
    for person in people:
        free, kept = rows[person.pk.hex]
        own = signed_in(person).get("/credits").content.decode()
        assert f'<p class="stat__n">{free:,} <small>' in own
        assert f'<p class="stat__n">{kept:,}</p>' in own


def test_led_14_the_price_list_is_that_of_an_independent_sql(member: MakeMember, signed_in: SignIn) -> None:
    for cost in (10, 12, 12, 15):
        prices.learn(512, 512, "draft", cost)
    with connection.cursor() as cursor:
        cursor.execute("SELECT MIN(cost), MAX(cost), SUM(seen) FROM credits_charge")
        found = tuple(int(figure) for figure in cursor.fetchone())
    (line,) = signed_in(member("owner")).get("/team/ledger").context["prices"]
    assert (line.low, line.high, line.seen) == found


def test_led_18_credits_that_run_out_are_told_once_a_crossing_and_not_once_a_job(member: MakeMember) -> None:
    key = Key.objects.create(sealed="-", fingerprint=uuid4().hex)
    for _ in range(2):
        for available in (5, 4, 5):  # as many jobs were refused
            keys.mark_no_credits(key, available)
        keys.mark_ok(key)
    assert Event.objects.filter(verb=Verb.KEY_NO_CREDITS).count() == 2
