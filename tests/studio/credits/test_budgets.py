"""Budgets bound what is held: every one that counts has to have room (D6, LED-08), and says so (D8)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from studio.accounts.models import Event, Key, Member, Project, Verb
from studio.credits import budgets, counting, ledger
from studio.credits.check import check
from studio.credits.errors import TooHigh
from studio.credits.ledger import BudgetExceeded, Hold
from studio.credits.models import Budget, Counter, Entry, Scope
from studio.credits.rooms import Booked
from studio.credits.windows import Period
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db
PLENTY = 10_000


@pytest.fixture
def ada(member: MakeMember) -> Member:
    found = member()
    ledger.grant(found, PLENTY, actor=found, reason="Autumn", reference=uuid4())
    return found


@pytest.fixture
def admin(member: MakeMember) -> Member:
    return member("credit_admin")


@pytest.fixture
def project(admin: Member) -> Project:
    return Project.objects.create(name="Autumn", by=admin)


@pytest.fixture
def key() -> Key:
    return Key.objects.create(sealed="-", last4="wxyz", fingerprint=uuid4().hex)


type Put = Callable[..., Budget]


@pytest.fixture
def put(admin: Member) -> Put:
    def put(scope: Scope, subject: UUID | None, limit: int, period: Period = Period.MONTH) -> Budget:
        made = budgets.put(scope, subject, period, limit, by=admin, reason="plan")
        assert made is not None
        return made

    return put


def hold(
    member: Member,
    amount: int,
    *,
    project: Project | None = None,
    key: Key | None = None,
    now: datetime | None = None,
) -> UUID:
    reference = uuid4()
    ledger.hold(
        member,
        [Hold(reference=reference, amount=amount)],
        key_id=key.pk if key else None,
        project_id=project.pk if project else None,
        now=now,
    )
    return reference


def figures(budget: Budget) -> tuple[int, int]:
    """What is held and spent of its newest window; the ledger agrees."""
    assert check().differences == ()
    counter = Counter.objects.filter(budget=budget).latest("window")
    return counter.held, counter.spent


@pytest.mark.parametrize("level", Scope.values)
@pytest.mark.parametrize(("limit", "passes"), [(None, True), (0, False), (20, True), (19, False)])
def test_led_08_none_is_no_limit_and_nought_is_nothing(
    level: str, limit: int | None, passes: bool, ada: Member, admin: Member, project: Project, key: Key
) -> None:
    """LED-08: at each level; LED-12: a limit that was wrong is set right and locks nobody out."""
    subject = {"team": None, "member": ada.pk, "project": project.pk, "key": key.pk}[level]
    budgets.put(Scope(level), subject, Period.MONTH, 0, by=admin, reason="first")
    budgets.put(Scope(level), subject, Period.MONTH, limit, by=admin, reason="then")
    if passes:
        hold(ada, 20, project=project, key=key)
    else:
        with pytest.raises(BudgetExceeded) as refused:
            hold(ada, 20, project=project, key=key)
        assert (refused.value.needed, refused.value.available) == (20, limit)
        assert not Entry.objects.filter(kind="hold").exists()
    assert check().differences == ()


def test_all_that_count_have_to_have_room(ada: Member, put: Put, project: Project, key: Key) -> None:
    wide = put(Scope.TEAM, None, 1000)
    put(Scope.MEMBER, ada.pk, 500, Period.DAY)
    put(Scope.KEY, key.pk, 100)
    narrow = put(Scope.PROJECT, project.pk, 50, Period.TOTAL)
    with pytest.raises(BudgetExceeded) as refused:
        hold(ada, 60, project=project, key=key)
    assert refused.value.budgets == [narrow.pk]
    assert figures(wide) == (0, 0)
    hold(ada, 60, key=key)
    hold(ada, 50, project=project)
    assert figures(wide) == (110, 0)
    assert figures(narrow) == (50, 0)


def test_another_members_and_another_projects_budget_do_not_count(
    ada: Member, admin: Member, put: Put, project: Project
) -> None:
    put(Scope.MEMBER, admin.pk, 0)
    put(Scope.PROJECT, project.pk, 0)
    hold(ada, 20)
    assert check().differences == ()


def test_a_settle_spends_a_release_gives_back_and_a_refund_does(ada: Member, put: Put) -> None:
    budget = put(Scope.TEAM, None, 100)
    dear, cheap, dropped = hold(ada, 30), hold(ada, 30), hold(ada, 30)
    ledger.settle(dear, 45)  # more than was held: booked all the same
    ledger.settle(cheap, 10)
    ledger.release(dropped, reason="failed")
    assert figures(budget) == (0, 55)
    ledger.refund(dear, 5, actor=ada, reason="broken")
    assert figures(budget) == (0, 50)
    hold(ada, 50)
    assert figures(budget) == (50, 50)
    with pytest.raises(BudgetExceeded):
        hold(ada, 1)


def test_what_came_late_is_counted_also_above_the_limit(ada: Member, put: Put, project: Project) -> None:
    budget = put(Scope.PROJECT, project.pk, 20)
    reference = hold(ada, 20, project=project)
    ledger.release(reference, reason="lost")
    ledger.charge_late(reference, 25, member_id=ada.pk, key_id=None, reason="found")
    assert figures(budget) == (0, 25)
    ledger.charge_late(uuid4(), 5, member_id=ada.pk, key_id=None, project_id=project.pk, reason="never held")
    assert figures(budget) == (0, 30)
    [room] = budgets.applying(ada.pk, project.pk, None)
    assert (room.left, room.words) == (-10, "Project Autumn: 0 of 20 left this month")


def test_a_late_charge_opens_a_window_once(ada: Member, put: Put) -> None:
    budget = put(Scope.TEAM, None, 20)
    Counter.objects.all().delete()  # as on the first of a month
    ledger.charge_late(uuid4(), 5, member_id=ada.pk, key_id=None, reason="never held")
    assert figures(budget) == (0, 5)


def test_a_budget_made_or_changed_counts_what_its_window_saw(ada: Member, put: Put, admin: Member) -> None:
    ledger.settle(hold(ada, 30), 25)
    hold(ada, 30)
    budget = put(Scope.MEMBER, ada.pk, 60)
    assert figures(budget) == (30, 25)
    with pytest.raises(BudgetExceeded):
        hold(ada, 6)
    assert put(Scope.MEMBER, ada.pk, 61).pk == budget.pk
    hold(ada, 6)
    budgets.put(Scope.MEMBER, ada.pk, Period.MONTH, None, by=admin, reason="not needed")
    assert figures(put(Scope.MEMBER, ada.pk, 10)) == (36, 25)


def test_a_hold_stays_in_the_window_it_was_admitted_in(ada: Member, put: Put) -> None:
    """LED-13: it is settled in the window of its hold, whenever that is."""
    budget = put(Scope.TEAM, None, 50)
    later = datetime.now(UTC) + timedelta(days=40)
    reference = hold(ada, 50)
    hold(ada, 50, now=later)
    with pytest.raises(BudgetExceeded):
        hold(ada, 1)
    with pytest.raises(BudgetExceeded):
        hold(ada, 1, now=later)
    ledger.settle(reference, 40)
    first, second = Counter.objects.filter(budget=budget).order_by("window")
    assert [(one.held, one.spent) for one in (first, second)] == [(0, 40), (50, 0)]
    hold(ada, 10)
    assert check().differences == ()


def test_a_refusal_names_budget_amounts_and_person(ada: Member, put: Put, project: Project) -> None:
    """D8."""
    put(Scope.PROJECT, project.pk, 500)
    hold(ada, 460, project=project)
    with pytest.raises(BudgetExceeded) as refused:
        hold(ada, 60, project=project)
    assert str(refused.value) == (
        "Project Autumn: 40 of 500 left this month. This needs up to 60. "
        f"Ask {Member.objects.get(role='credit_admin').name} for more, or make fewer or smaller images."
    )


def test_a_member_sets_a_lower_limit_and_never_a_bigger_one(ada: Member, put: Put) -> None:
    """D22."""
    put(Scope.MEMBER, ada.pk, 100)
    with pytest.raises(TooHigh):
        own(ada, 101)
    assert own(ada, 30).own
    with pytest.raises(BudgetExceeded) as refused:
        hold(ada, 31)
    assert "own limit: 30 of 30 left" in str(refused.value)
    assert "Raise your own limit under Credits" in str(refused.value)
    put(Scope.MEMBER, ada.pk, 20)
    with pytest.raises(BudgetExceeded) as refused:
        hold(ada, 21)
    assert "budget: 20 of 20 left" in str(refused.value)


def own(member: Member, limit: int) -> Budget:
    made = budgets.put(Scope.MEMBER, member.pk, Period.MONTH, limit, by=member, reason="my own", own=True)
    assert made is not None
    return made


def test_every_change_is_written_down_with_its_reason(admin: Member, put: Put) -> None:
    """D11."""
    put(Scope.TEAM, None, 100)
    put(Scope.TEAM, None, 100)  # said twice: nothing changed
    budgets.put(Scope.TEAM, None, Period.MONTH, None, by=admin, reason="over")
    events = Event.objects.filter(verb__startswith="budget").order_by("pk")
    assert [(one.verb, one.detail["before"], one.detail["after"]) for one in events] == [
        (Verb.BUDGET_CHANGED, None, 100),
        (Verb.BUDGET_REMOVED, 100, None),
    ]
    for limit, reason in ((1, " "), (-1, "x")):
        with pytest.raises(ValueError, match=r"reason|0 credits"):
            budgets.put(Scope.TEAM, None, Period.DAY, limit, by=admin, reason=reason)


def test_no_budget_costs_a_booking_one_query(
    ada: Member, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    mine = Booked(member_id=ada.pk, project_id=uuid4(), key_id=None, at=datetime.now(UTC))
    with transaction.atomic(), django_assert_num_queries(1):
        assert counting.standing(mine) == []


def test_the_check_finds_a_counter_that_lies_and_rebuild_mends_it(ada: Member, put: Put) -> None:
    budget = put(Scope.TEAM, None, 100)
    hold(ada, 30)
    Counter.objects.filter(budget=budget).update(held=29, spent=2)
    assert [(one.kept, one.counted) for one in check().differences] == [(29, 30), (2, 0)]
    assert counting.rebuild() == 1
    assert figures(budget) == (30, 0)
