"""Statements, the team's table and its file: sums equal the ledger, text stays text (D4, D5, D20, D21)."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext

from studio.accounts.models import Key, Member, Project
from studio.credits import ledger, overview, rollups, sheet, spending, statement
from studio.credits.booking import book
from studio.credits.models import Account, Budget, Entry, Kind, Scope
from studio.credits.models.rollups import NONE, Rollup
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db
type SignIn = Callable[[Member], Client]
MARCH = date(2026, 3, 1)


@pytest.fixture
def admin(member: MakeMember) -> Member:
    return member("credit_admin", name="Casey Credits")


def charge(
    member: Member, cost: int, day: datetime, *, project: UUID | None = None, key: UUID | None = None
) -> None:
    """Book a charge of a day, as the ledger would have."""
    Account.objects.get_or_create(member=member)
    like = {"account_id": member.pk, "reference": uuid4(), "created_at": day, "opened_at": day}
    book(Entry(kind=Kind.LATE, posted=-cost, project_id=project, key_id=key, reason="test", **like))


def read(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


class TestStatement:
    """GET /credits/statement and /team/statement"""

    def test_opening_each_entry_and_closing_equal_the_ledger(
        self, member: MakeMember, signed_in: SignIn
    ) -> None:
        ada = member()
        for month, day, cost in ((2, 27, 5), (3, 1, 7), (3, 31, 11), (4, 1, 13)):
            charge(ada, cost, at(month, day))
        answer = signed_in(ada).get("/credits/statement?month=2026-03")
        head, opening, *lines, closing = read(answer)
        assert answer["Content-Disposition"] == 'attachment; filename="credits-2026-03.csv"'
        assert tuple(head) == statement.HEADING
        assert (opening[5], opening[9]) == ("Opening balance", "-5")
        assert [(line[0], line[8], line[9]) for line in lines] == [
            ("2026-03-01", "-7", "-12"),
            ("2026-03-31", "-11", "-23"),
        ]
        assert (closing[0], closing[5], closing[9]) == ("2026-04-01", "Closing balance", "-23")
        assert Entry.objects.filter(created_at__lt=at(4, 1)).aggregate(all=Sum("posted"))["all"] == -23

    def test_the_closing_of_a_month_is_the_opening_of_the_next(self, member: MakeMember) -> None:
        ada = member()
        for month in range(1, 7):
            charge(ada, month, at(month, 15))
        edges = [list(statement.rows(statement.Scope(), date(2026, month, 1))) for month in range(1, 7)]
        assert [some[-1][9] for some in edges[:-1]] == [some[0][9] for some in edges[1:]]

    def test_a_project_a_member_and_the_team_have_each_their_own(
        self, member: MakeMember, admin: Member, signed_in: SignIn
    ) -> None:
        ada, bob, autumn = member(), member(), Project.objects.create(name="Autumn")
        charge(ada, 5, at(3, 2), project=autumn.pk)
        charge(bob, 7, at(3, 3), project=autumn.pk)
        charge(bob, 11, at(3, 4))
        browser = signed_in(admin)
        sums = {}
        for of in ("", f"project-{autumn.pk}", "project-none", f"member-{bob.pk}"):
            rows = read(browser.get(f"/team/statement?month=2026-03&of={of}"))
            sums[of.split("-")[0] + of[-4:]] = (len(rows) - 3, int(rows[-1][9]))
        assert list(sums.values()) == [(3, -23), (2, -12), (1, -11), (2, -18)]

    def test_text_that_a_spreadsheet_would_run_is_told_as_text(
        self, member: MakeMember, signed_in: SignIn
    ) -> None:
        ada = member(name="=HYPERLINK(1)")
        charge(ada, 5, at(3, 2))
        assert read(signed_in(ada).get("/credits/statement?month=2026-03"))[2][2] == "'=HYPERLINK(1)"

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
    def test_no_cell_of_any_file_is_a_formula(self, start: str) -> None:
        [_, line] = list(sheet.pieces(["a"], [[f"{start}1+1"]]))
        assert f"'{start}1+1" in line.decode()

    @pytest.mark.parametrize(
        "query", ["month=x", "month=2026-13", "month=٢٠٢٦-03", "month=2026-3", "month=0"]
    )
    def test_a_month_that_is_none_is_not_found(
        self, member: MakeMember, signed_in: SignIn, query: str
    ) -> None:
        assert signed_in(member()).get(f"/credits/statement?{query}").status_code == 404

    @pytest.mark.parametrize(
        "of", ["x", "member-x", f"member-{UUID(int=7)}", f"project-{UUID(int=7)}", "key-1", "-"]
    )
    def test_a_stranger_is_not_found(self, admin: Member, signed_in: SignIn, of: str) -> None:
        assert signed_in(admin).get(f"/team/statement?of={of}").status_code == 404

    def test_nobody_has_anothers(self, member: MakeMember, signed_in: SignIn) -> None:
        ada, bob = member(), member()
        charge(ada, 5, at(3, 2))
        assert len(read(signed_in(bob).get(f"/credits/statement?month=2026-03&of=member-{ada.pk}"))) == 3

    def test_this_month_is_meant_where_none_is_named(self, member: MakeMember, signed_in: SignIn) -> None:
        ada = member()
        ledger.grant(ada, 100, actor=ada, reason="test", reference=uuid4())
        assert [row[5] for row in read(signed_in(ada).get("/credits/statement"))[1:]] == [
            "Opening balance",
            "Granted",
            "Closing balance",
        ]


class TestOverview:
    """What the team's page says"""

    NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)

    def test_members_projects_and_keys_add_up(self, member: MakeMember) -> None:
        ada, bob, autumn = member(name="Ada"), member(name="Bob"), Project.objects.create(name="Autumn")
        key = Key.objects.create(member=ada, sealed="x", fingerprint="y")
        charge(ada, 28, at(3, 31), project=autumn.pk, key=key.pk)
        charge(ada, 14, at(3, 10), key=key.pk)
        charge(bob, 9, at(3, 30))
        charge(bob, 100, at(2, 1))
        Account.objects.filter(member=ada).update(balance=44)
        Budget.objects.create(scope=Scope.PROJECT, subject=autumn.pk, period="month", limit=50, by=ada)
        found = overview.overview(self.NOW)
        assert [(one.name, one.used.month, one.used.fortnight) for one in found.members] == [
            ("Ada", 42, 28),
            ("Bob", 9, 9),
        ]
        assert (found.members[0].left, found.members[0].days) == (44, 22)  # 28 in 14 days is 2 a day
        assert [(one.name, one.used.month) for one in found.projects] == [("Autumn", 28), ("General", 23)]
        assert [(one.name, one.used.month) for one in found.keys] == [("Ada", 42)]
        assert found.projects[0].bound is not None
        assert found.projects[0].bound.limit == 50
        assert (found.spending.today, found.spending.week, found.spending.month) == (28, 37, 51)

    @pytest.mark.parametrize("order", list(overview.ORDERS))
    def test_every_order_has_everybody(self, member: MakeMember, order: str) -> None:
        people = [member() for _ in range(3)]
        charge(people[1], 5, at(3, 30))
        assert len(overview.overview(self.NOW, order=order).members) == 3

    def test_a_members_month_is_by_day_and_project(self, member: MakeMember) -> None:
        ada, autumn = member(), uuid4()
        charge(ada, 5, at(3, 31), project=autumn)
        charge(ada, 7, at(3, 2))
        charge(ada, 11, at(3, 1))  # thirty days before
        found = spending.of_member(ada.pk, self.NOW)
        assert (len(found.days), found.today, found.week, found.month) == (30, 5, 5, 12)
        assert found.projects == {NONE: 7, autumn: 5}


class TestClosed:
    """What a process keeps of the days that nothing is booked on any more"""

    NOW = TestOverview.NOW

    def test_what_is_booked_today_is_added_and_what_was_begun_before_midnight(
        self, member: MakeMember, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(TestClosed, "NOW", datetime(2026, 3, 31, 0, 59, tzinfo=UTC))
        ada, autumn = member(), uuid4()
        charge(ada, 5, at(3, 20), project=autumn)
        assert self._month() == (5, {autumn: 5})
        charge(ada, 7, at(3, 31), project=autumn)
        charge(ada, 9, at(3, 30))  # begun before midnight
        assert self._month() == (21, {autumn: 12, NONE: 9})

    def test_the_days_before_are_read_once_and_anew_on_the_next_day(self, member: MakeMember) -> None:
        ada = member()
        charge(ada, 5, at(3, 2))  # the last day of thirty
        charge(ada, 7, at(3, 18))  # and of fourteen
        asked = []
        for hours in (0, 0, 24):
            with CaptureQueriesContext(connection) as made:
                whose, _ = spending.of_everybody(self.NOW + timedelta(hours=hours))
            used = whose.members[ada.pk]
            asked.append((len(made), used.month, used.fortnight))
        assert asked == [(2, 12, 7), (1, 12, 7), (2, 7, 0)]

    def test_sums_that_were_made_anew_are_seen_at_once(self, member: MakeMember) -> None:
        ada, bob = member(), member()
        charge(ada, 5, at(3, 20))
        charge(bob, 6, at(3, 21))
        Rollup.objects.filter(member=ada).update(spent=99)
        assert self._month()[0] == 105
        rollups.rebuild()
        assert self._month()[0] == 11

    def _month(self) -> tuple[int, dict[UUID, int]]:
        whose, month = spending.of_everybody(self.NOW)
        return month.month, {one: used.month for one, used in whose.projects.items()}


class TestPages:
    """GET /team and its files"""

    def test_the_team_page_asks_at_most_twelve_times(
        self, member: MakeMember, admin: Member, signed_in: SignIn
    ) -> None:
        for number in range(5):
            person = member()
            charge(person, 5, datetime.now(UTC), project=uuid4())
            Key.objects.create(member=person, sealed="x", fingerprint=f"{number}")
            Budget.objects.create(scope=Scope.MEMBER, subject=person.pk, period="month", limit=9, by=admin)
        browser = signed_in(admin)
        for path in ("/team", "/credits"):
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(path).status_code == 200
            assert len(asked) <= 12, "\n".join(one["sql"][:140] for one in asked)

    def test_it_is_narrowed_and_ordered_by_its_address(
        self, member: MakeMember, admin: Member, signed_in: SignIn
    ) -> None:
        member(name="Ada Lovelace"), member(name="Bob Bauer")
        browser = signed_in(admin)
        page = browser.get("/team?q=LOVE&sort=name").content.decode()
        assert "Ada Lovelace" in page
        assert "Bob Bauer" not in page
        assert 'aria-sort="ascending"' in page
        assert [row[0] for row in read(browser.get("/team/members.csv?sort=name&q=b"))] == [
            "Member",
            "Bob Bauer",
        ]

    @pytest.mark.parametrize("path", ["/team", "/team/members.csv"])
    def test_an_unknown_order_is_not_found(self, admin: Member, signed_in: SignIn, path: str) -> None:
        assert signed_in(admin).get(f"{path}?sort=x").status_code == 404

    @pytest.mark.parametrize("path", ["/team/members.csv", "/team/statement", "/team/ledger"])
    @pytest.mark.parametrize("role", ["designer", "reviewer", "credit_admin", "owner"])
    def test_the_teams_files_are_the_admins(
        self, member: MakeMember, signed_in: SignIn, path: str, role: str
    ) -> None:
        status = signed_in(member(role)).get(path).status_code
        assert status == (200 if role in {"credit_admin", "owner"} else 403)

    @pytest.mark.parametrize(
        "path", ["/credits/statement", "/team/members.csv", "/team/statement", "/team/ledger"]
    )
    def test_who_is_signed_out_signs_in_first_and_nobody_posts(
        self, client: Client, admin: Member, signed_in: SignIn, path: str
    ) -> None:
        assert client.get(path)["Location"] == f"/sign-in?next={path}"
        assert signed_in(admin).post(path).status_code == 405

    def test_a_chart_has_its_table(self, member: MakeMember, signed_in: SignIn) -> None:
        ada = member()
        charge(ada, 37, datetime.now(UTC))
        page = signed_in(ada).get("/credits").content.decode()
        assert 'aria-label="Credits spent on each of the last 30 days"' in page
        assert page.count('<rect class="f1"') >= 1
        assert '<td class="r">37</td>' in page
        assert "style=" not in page
