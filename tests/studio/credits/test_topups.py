"""Credits with an end: the soonest is spent first, the rest lapses once, also by a clock set back (D10)."""

import random
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from studio.accounts.models import Member
from studio.credits import ledger, topups
from studio.credits.check import check
from studio.credits.models import Account, Entry, Kind, TopUp
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture
def admin(member: MakeMember) -> Member:
    return member("credit_admin")


@pytest.fixture
def ada(member: MakeMember) -> Member:
    return member(name="Ada")


def give(member: Member, admin: Member, amount: int, days: int) -> UUID:
    reference = uuid4()
    topups.give(member, amount, NOW + days * DAY, actor=admin, reason="Autumn", reference=reference)
    return reference


def spend(member: Member, amount: int) -> None:
    reference = uuid4()
    ledger.hold(member, [ledger.Hold(reference=reference, amount=amount)], key_id=None)
    ledger.settle(reference, amount)


def lefts(member: Member) -> list[tuple[int, int]]:
    return [(lot.left, (lot.ends_at - NOW).days) for lot in topups.lots(Account.of(member.pk))]


def test_the_soonest_to_end_is_spent_first(ada: Member, admin: Member) -> None:
    ledger.grant(ada, 100, actor=admin, reason="for ever", reference=uuid4())
    give(ada, admin, 50, 20)
    give(ada, admin, 30, 10)
    assert lefts(ada) == [(30, 10), (50, 20)]
    spend(ada, 40)
    assert lefts(ada) == [(40, 20)]
    give(ada, admin, 5, 1)  # what was spent before it is not taken from it
    assert lefts(ada) == [(5, 1), (40, 20)]
    spend(ada, 60)
    assert lefts(ada) == []
    assert Account.of(ada.pk).balance == 85


def test_the_rest_lapses_once_by_an_entry(ada: Member, admin: Member) -> None:
    ledger.grant(ada, 100, actor=admin, reason="for ever", reference=uuid4())
    give(ada, admin, 50, 10)
    spend(ada, 20)
    assert topups.lapse(NOW + 9 * DAY) == 0
    assert topups.lapse(NOW + 10 * DAY) == 30
    for when in (10, 11, 9, -400, 400):  # said again, and with the clock set back and forth
        assert topups.lapse(NOW + when * DAY) == 0
    line = Entry.objects.get(kind=Kind.LAPSE)
    assert (line.posted, line.reason) == (-30, "its time was over")
    assert Account.of(ada.pk).balance == 100
    assert topups.lots(Account.of(ada.pk)) == []
    assert check().differences == ()


def test_what_running_images_hold_is_left_to_them(ada: Member, admin: Member) -> None:
    give(ada, admin, 50, 10)
    reference, other = uuid4(), uuid4()
    holds = [ledger.Hold(reference=one, amount=20) for one in (reference, other)]
    ledger.hold(ada, holds, key_id=None)
    assert topups.lapse(NOW + 10 * DAY) == 10
    ledger.settle(reference, 12)
    assert topups.lapse(NOW + 10 * DAY) == 8
    ledger.release(other, reason="failed")
    assert topups.lapse(NOW + 10 * DAY) == 20
    assert Account.of(ada.pk).balance == 0
    assert Entry.objects.filter(kind=Kind.LAPSE).count() == 3
    assert check().differences == ()


def test_a_hold_that_never_ends_keeps_it_a_day(ada: Member, admin: Member) -> None:
    give(ada, admin, 50, 10)
    ledger.grant(ada, 5, actor=admin, reason="for ever", reference=uuid4())
    ledger.hold(ada, [ledger.Hold(reference=uuid4(), amount=40)], key_id=None)
    assert topups.lapse(NOW + 10 * DAY) == 10
    assert topups.lapse(NOW + 11 * DAY) == 5  # never more than is free: what is held stays covered
    assert not TopUp.objects.filter(closed_at=None).exists()
    assert Account.of(ada.pk).available == 0


def test_said_twice_it_is_one_top_up(ada: Member, admin: Member) -> None:
    reference, end = uuid4(), NOW + DAY
    for _ in range(2):
        topups.give(ada, 50, end, actor=admin, reason="Autumn", reference=reference)
    assert TopUp.objects.count() == 1
    assert Account.of(ada.pk).balance == 50
    with pytest.raises(ledger.OtherBooking):
        topups.give(ada, 60, end, actor=admin, reason="Autumn", reference=reference)
    with pytest.raises(ValueError, match="future"):
        topups.give(ada, 60, NOW - DAY, actor=admin, reason="Autumn", reference=uuid4())


@pytest.mark.parametrize("seed", range(3))
def test_any_course_agrees_with_a_purse_of_coins(ada: Member, admin: Member, seed: int) -> None:
    """Each credit by itself, as a person would take it out of a purse."""
    chance, purse, day = random.Random(seed), dict[int, int](), 0
    for _ in range(40):
        match chance.choice(["give", "for ever", "spend", "spend", "lapse"]):
            case "give":
                end = day + chance.randint(1, 9)
                amount = chance.randint(1, 60)
                give(ada, admin, amount, end)
                purse[end] = purse.get(end, 0) + amount
            case "for ever":
                ledger.grant(ada, 20, actor=admin, reason="for ever", reference=uuid4())
                purse[999] = purse.get(999, 0) + 20
            case "spend":
                wanted = min(chance.randint(1, 50), sum(purse.values()))
                if wanted:
                    spend(ada, wanted)
                for end in sorted(purse):
                    taken = min(purse[end], wanted)
                    purse[end] -= taken
                    wanted -= taken
            case _:
                day += chance.randint(0, 3)
                over = sum(purse.pop(end) for end in list(purse) if end <= day)
                assert topups.lapse(NOW + day * DAY) == over
        assert Account.of(ada.pk).balance == sum(purse.values())
    assert check().differences == ()
