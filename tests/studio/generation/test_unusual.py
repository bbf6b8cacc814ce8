"""Three times the usual hour is told once a day, and pauses the member where that is wanted (D24)."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from studio.accounts.models import Member
from studio.credits import alerts, telling
from studio.credits.models import Account, Alert, Entry, Kind, Notice, Oversight
from studio.generation import pauses, unusual
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(minute=30)


@pytest.fixture(autouse=True)
def _told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerts, "_listeners", [telling.tell])


def spent(member: Member, amount: int, at: datetime) -> None:
    account, _ = Account.objects.get_or_create(member=member)
    late = {"kind": Kind.LATE, "posted": -amount, "reference": uuid4()}
    Entry.objects.create(account=account, created_at=at, **late)


def usually(member: Member, amount: int, hours: int = 6) -> None:
    for hour in range(hours):
        spent(member, amount, NOW - timedelta(days=1 + hour))


def test_a_burst_is_told_once_a_day(member: MakeMember) -> None:
    ada, admin = member(name="Ada"), member("owner")
    usually(ada, 100)
    spent(ada, 299, NOW - timedelta(minutes=10))
    assert unusual.look(NOW) == 0
    spent(ada, 1, NOW - timedelta(minutes=5))
    assert [unusual.look(NOW) for _ in range(3)] == [1, 0, 0]
    assert Alert.objects.get().detail == {"member": str(ada.pk), "spent": 300, "usual": 100, "paused": 0}
    assert {one.member_id for one in Notice.objects.all()} == {ada.pk, admin.pk}
    assert Notice.objects.first().title == "Ada spent 300 credits in an hour"  # type: ignore[union-attr]
    assert not pauses.any_open()


def test_a_newcomer_and_small_sums_are_not_unusual(member: MakeMember) -> None:
    new, small = member(), member()
    spent(new, 5_000, NOW - timedelta(minutes=10))
    usually(new, 10, hours=4)
    usually(small, 10)
    spent(small, 99, NOW - timedelta(minutes=10))
    assert unusual.look(NOW) == 0


def test_the_member_is_paused_where_an_admin_wants_that(member: MakeMember) -> None:
    ada, admin = member(name="Ada"), member("credit_admin")
    Oversight.objects.create(unusual_pause=True, changed_by=admin)
    usually(ada, 50)
    spent(ada, 400, NOW - timedelta(minutes=10))
    assert unusual.look(NOW) == 1
    pause = pauses.pause_over(ada)
    assert pause
    assert (pause.by, pause.reason) == (admin, "Unusual spend: 400 credits in an hour")
    pauses.resume(pause, admin)
    assert unusual.look(NOW) == 0  # once resumed, it is not paused again for the same hour
    assert not pauses.any_open()


def test_nothing_is_told_where_it_is_not_wanted(member: MakeMember) -> None:
    ada = member()
    Oversight.objects.create(unusual=False)
    usually(ada, 50)
    spent(ada, 400, NOW - timedelta(minutes=10))
    assert unusual.look(NOW) == 0
    assert not Alert.objects.exists()
