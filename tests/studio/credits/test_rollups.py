"""The daily and monthly sums equal a recount after any bookings (D1, D4, D5, D14)."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from studio.accounts.models import Member
from studio.credits import ledger, rollups
from studio.credits.booking import book, locked_account
from studio.credits.check import check
from studio.credits.models import Entry, Kind
from studio.credits.models.rollups import NONE, Rollup, Unit
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 27, 20, 0, tzinfo=UTC)  # over the start of summer time and of a month
THINGS = [None, UUID(int=1), UUID(int=2)]
STEP = st.tuples(
    st.sampled_from([Kind.GRANT, Kind.ADJUST, Kind.SETTLE, Kind.RELEASE, Kind.LATE, Kind.REFUND]),
    st.integers(0, 1),
    st.integers(1, 40),
    st.sampled_from(THINGS),
    st.sampled_from(THINGS),
    st.integers(0, 30),
)
type Step = tuple[Kind, int, int, UUID | None, UUID | None, int]
FIGURES = ("unit", "start", "project", "key", "posted", "spent", "charges")


def entry(kind: Kind, member: Member, amount: int, at: datetime = START, **more: UUID | None) -> Entry:
    """Return an entry of a kind as the ledger would write it; a settle may cost nothing."""
    posted = {Kind.RELEASE: 0, Kind.SETTLE: -(amount - 1), Kind.LATE: -amount}.get(kind, amount)
    if kind == Kind.ADJUST and amount > 20:
        posted = -amount
    held = -20 if kind in {Kind.SETTLE, Kind.RELEASE} else 0
    return Entry(
        account_id=member.pk, kind=kind, posted=posted, held=held, reference=uuid4(), created_at=at, **more
    )


def post(line: Entry) -> None:
    """Book a line, on an account that had what it ends or takes back."""
    with transaction.atomic():
        account = locked_account(line.account_id)
        if line.held or line.kind == Kind.REFUND:
            type(account).objects.filter(pk=account.pk).update(held=20, spent=1000)
        book(line)


def kept() -> set[tuple[object, ...]]:
    return set(Rollup.objects.values_list(*rollups.COLUMNS))


def recounted() -> set[tuple[object, ...]]:
    return {row for unit in Unit for row in rollups.counted(unit)}


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Pacific/Auckland"])
def test_any_sequence_of_bookings_leaves_sums_that_equal_a_recount(
    member: MakeMember, settings: Settings, zone: str
) -> None:
    settings.TIME_ZONE = zone
    members = [member(), member()]

    @hypothesis(max_examples=15, database=None, suppress_health_check=list(HealthCheck))
    @given(steps=st.lists(STEP, max_size=20))
    def run(steps: list[Step]) -> None:
        with transaction.atomic():
            at = START
            for kind, who, amount, key, project, hours in steps:
                at += timedelta(hours=hours)
                post(entry(kind, members[who], amount, at, key_id=key, project_id=project))
            before = kept()
            assert before == recounted()
            assert list(rollups.wrong()) == []
            rollups.rebuild()
            assert kept() == before
            transaction.set_rollback(True)

    run()


def test_a_charge_is_in_its_day_and_its_month_under_its_project_and_key(member: MakeMember) -> None:
    ada, key, project = member(), uuid4(), uuid4()
    ledger.grant(ada, 100, actor=ada, reason="test", reference=uuid4())
    Rollup.objects.all().delete()
    post(entry(Kind.SETTLE, ada, 15, key_id=key, project_id=project))
    post(entry(Kind.LATE, ada, 6, START + timedelta(hours=4), key_id=key, project_id=project))
    post(entry(Kind.REFUND, ada, 4, START + timedelta(days=5)))
    assert list(Rollup.objects.order_by("unit", "start").values_list(*FIGURES)) == [
        ("d", date(2026, 3, 27), project, key, -14, 14, 1),
        ("d", date(2026, 3, 28), project, key, -6, 6, 1),
        ("d", date(2026, 4, 1), NONE, NONE, 4, -4, 0),
        ("m", date(2026, 3, 1), project, key, -20, 20, 2),
        ("m", date(2026, 4, 1), NONE, NONE, 4, -4, 0),
    ]


def test_midnight_is_the_teams(member: MakeMember, settings: Settings) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    post(entry(Kind.LATE, member(), 7, datetime(2026, 3, 31, 11, 30, tzinfo=UTC)))
    assert Rollup.objects.get(unit=Unit.DAY).start == date(2026, 4, 1)
    assert Rollup.objects.get(unit=Unit.MONTH).start == date(2026, 4, 1)
    assert list(rollups.wrong()) == []


def test_what_only_holds_or_releases_moves_no_sum(member: MakeMember) -> None:
    ada = member()
    ledger.grant(ada, 100, actor=ada, reason="test", reference=uuid4())
    rows = kept()
    reference = uuid4()
    ledger.hold(ada, [ledger.Hold(reference=reference, amount=20)], key_id=None)
    ledger.release(reference, reason="test")
    assert kept() == rows


def test_a_booking_that_is_undone_leaves_no_sum(member: MakeMember) -> None:
    ada = member()
    with transaction.atomic():
        ledger.grant(ada, 100, actor=ada, reason="test", reference=uuid4())
        transaction.set_rollback(True)
    assert kept() == set()


def test_an_entry_and_its_sums_are_three_statements_and_one_where_each_is_a_way_to_a_server(
    member: MakeMember,
) -> None:
    line = entry(Kind.LATE, member(), 7)
    locked_account(line.account_id)
    with CaptureQueriesContext(connection) as asked:
        book(line)
    assert len(asked) == (1 if connection.vendor == "postgresql" else 3)  # account, entry, day and month


@pytest.mark.parametrize("change", [{"spent": 1}, {"posted": 5}, {"charges": 9}, {"start": date(2020, 1, 1)}])
def test_the_check_names_a_sum_that_is_not_right(member: MakeMember, change: dict[str, object]) -> None:
    ada = member()
    post(entry(Kind.SETTLE, ada, 15))
    ledger.correct_to(ada, 0, reason="test")
    Rollup.objects.filter(unit=Unit.DAY, start=rollups.day_of(START)).update(**change)
    assert {one.member for one in rollups.wrong()} == {ada.pk}
    assert any(one.what.startswith("day of") for one in check().differences)
    with pytest.raises(CommandError):
        call_command("check_ledger", stdout=StringIO(), stderr=StringIO())
    rollups.rebuild()
    assert list(rollups.wrong()) == []


def test_the_sums_are_made_anew_where_the_time_zone_was_changed(
    member: MakeMember, settings: Settings
) -> None:
    ada = member()
    ledger.grant(ada, 100, actor=ada, reason="test", reference=uuid4())
    post(entry(Kind.LATE, ada, 7, datetime(2026, 3, 31, 23, 30, tzinfo=UTC)))
    settings.TIME_ZONE = "Pacific/Auckland"
    assert list(rollups.wrong()) != []
    said = StringIO()
    call_command("check_ledger", "--rebuild", stdout=said)
    assert "The ledger is exact" in said.getvalue()
