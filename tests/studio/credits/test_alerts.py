"""Thresholds are noted once, told once, to the right people, in credits and images (D7, LED-18)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from studio.accounts.models import Member
from studio.credits import alerts, alertwords, budgets, ledger, notices, prices, telling
from studio.credits.models import About, Account, Alert, Budget, Notice, Oversight, Scope
from studio.credits.windows import Period
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db
WINDOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Return the ids of alerts that are rung for, instead of the queue."""
    heard: list[UUID] = []
    monkeypatch.setattr(alerts, "_listeners", [heard.append])
    return heard


def percents() -> list[int]:
    return sorted(int(alert.detail["percent"]) for alert in Alert.objects.filter(about=About.BUDGET))


def of_member(member: Member, by: Member, limit: int = 100, *, own: bool = False) -> Budget:
    made = budgets.put(Scope.MEMBER, member.pk, Period.MONTH, limit, by=by, reason="a start", own=own)
    assert made is not None
    return made


class TestCrossed:
    """What a step of a counter notes."""

    def test_each_threshold_is_noted_as_it_is_passed(self, rung: list[UUID]) -> None:
        budget = uuid4()
        for before in range(0, 100, 10):
            alerts.crossed(budget, WINDOW, before, before + 10, 100)
        assert percents() == [50, 80, 95, 100]
        assert len(rung) == 3  # 95 and 100 were passed in one step: one message
        assert Alert.objects.filter(told_at=None).count() == 3

    def test_going_back_and_up_again_notes_nothing_more(self, rung: list[UUID]) -> None:
        budget = uuid4()
        for before, after in ((40, 60), (60, 30), (30, 60), (49, 51)):
            alerts.crossed(budget, WINDOW, before, after, 100)
        assert percents() == [50]

    def test_another_window_and_another_budget_are_told_again(self, rung: list[UUID]) -> None:
        budget = uuid4()
        for one, window in ((budget, WINDOW), (budget, WINDOW + timedelta(days=30)), (uuid4(), WINDOW)):
            alerts.crossed(one, window, 0, 50, 100)
        assert percents() == [50, 50, 50]

    @pytest.mark.parametrize(("before", "after"), [(0, 49), (50, 79), (60, 60), (-5, 20)])
    def test_nothing_is_noted_between_thresholds(self, rung: list[UUID], before: int, after: int) -> None:
        alerts.crossed(uuid4(), WINDOW, before, after, 100)
        assert rung == [] == percents()

    def test_a_limit_of_nothing_and_odd_limits(self, rung: list[UUID]) -> None:
        alerts.crossed(uuid4(), WINDOW, 0, 10, 0)
        assert percents() == []
        alerts.crossed(uuid4(), WINDOW, 1, 2, 3)  # 33 % to 66 %
        alerts.crossed(uuid4(), WINDOW, 6, 7, 7)
        assert percents() == [50, 95, 100]

    def test_the_admin_s_thresholds_are_the_ones(self, rung: list[UUID]) -> None:
        Oversight.objects.create(thresholds="33 66")
        alerts.crossed(uuid4(), WINDOW, 0, 34, 100)
        assert percents() == [33]

    def test_what_is_rolled_back_was_never_noted(self, rung: list[UUID]) -> None:
        with transaction.atomic():
            alerts.crossed(uuid4(), WINDOW, 0, 60, 100)
            transaction.set_rollback(True)
        assert percents() == []


class TestTelling:
    """What becomes of an alert."""

    def test_a_budget_used_up_is_told_once_to_its_member_and_the_admins(
        self, member: MakeMember, rung: list[UUID]
    ) -> None:
        ada, other = member(name="Ada"), member(name="Bo")
        admin, owner = member("credit_admin"), member("owner")
        prices.learn(1024, 1024, "standard", 15)
        of_member(ada, admin)
        ledger.grant(ada, 500, actor=admin, reason="start", reference=uuid4())
        ledger.hold(ada, [ledger.Hold(reference=uuid4(), amount=55)], key_id=None)
        for alert_id in rung * 2:
            telling.tell(alert_id)
        told = {one.member_id: one for one in Notice.objects.all()}
        assert told.keys() == {ada.pk, admin.pk, owner.pk}
        assert other.pk not in told
        assert told[ada.pk].title == "Ada’s budget: 50 % used this month"
        assert "55 of 100 credits" in told[ada.pk].text
        assert "45 left: that is 3 images of 1024 × 1024." in told[ada.pk].text
        assert Account.of(ada.pk).notices == 1
        notices.mark_read(ada, timezone.now())
        assert Account.of(ada.pk).notices == 0
        assert [one.title for one in notices.listed(ada)] == [told[ada.pk].title]

    def test_an_own_limit_is_nobody_else_s_matter(self, member: MakeMember, rung: list[UUID]) -> None:
        ada, _admin = member(name="Ada"), member("credit_admin")
        own = of_member(ada, ada, own=True)
        alerts.crossed(own.pk, WINDOW, 0, 80, 100)
        telling.tell(rung[0])
        assert [one.member_id for one in Notice.objects.all()] == [ada.pk]

    def test_a_budget_that_is_gone_is_not_told(self, rung: list[UUID]) -> None:
        alerts.crossed(uuid4(), WINDOW, 0, 80, 100)
        telling.tell(rung[0])
        assert not Notice.objects.exists()
        assert telling.waiting(timezone.now() + timedelta(days=1)) == []

    def test_what_nobody_told_is_found_after_a_moment(self, member: MakeMember, rung: list[UUID]) -> None:
        budget = of_member(member(), member("owner"))
        alerts.crossed(budget.pk, WINDOW, 0, 80, 100)
        now = timezone.now()
        assert telling.waiting(now) == []
        assert telling.waiting(now + timedelta(seconds=10)) == rung

    def test_images_are_said_with_their_range_until_a_price_is_known(self) -> None:
        assert alertwords.images_left(100) == "5 to 10 images of 1024 × 1024"
        assert alertwords.images_left(-5) == "0 images of 1024 × 1024"
        assert alertwords.images_left(19) == "0 to 1 image of 1024 × 1024"
