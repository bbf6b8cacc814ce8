"""The doors of credits and team: works, who may, wrong methods, bad ids, said twice, htmx and plain."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from studio.accounts.models import Event, Key, Member, Verb
from studio.credits import closed, ledger, queries, rollups, spending, subjects
from studio.credits.booking import book, locked_account
from studio.credits.models import Account, Entry, Kind
from studio.credits.subjects import Subject
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db

type SignIn = Callable[[Member], Client]
AMOUNTS = ("", "0", "-5", "1.5", "1e3", "1_000", "٣", "NaN", "0x10", "1000001")  # none of them can be given
ROLES = ["designer", "reviewer", "credit_admin", "owner"]


@pytest.fixture
def ada(member: MakeMember) -> Member:
    return member(name="Ada Lovelace")


@pytest.fixture
def admin(member: MakeMember) -> Member:
    return member("credit_admin", name="Casey Credits")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def spend(member: Member, *costs: int, actor: Member, given: int = 1_000) -> list[UUID]:
    """Grant, then hold 20 for each cost and settle it; a cost below zero stays held."""
    ledger.grant(member, given, actor=actor, reason="Autumn", reference=uuid4())
    references = []
    for cost in costs:
        reference = uuid4()
        ledger.hold(member, [ledger.Hold(reference=reference, amount=20)], key_id=None)
        if cost >= 0:
            ledger.settle(reference, cost)
        references.append(reference)
    return references


def form(amount: object = 50, reason: str = "Second round", reference: object = "") -> dict[str, str]:
    return {"amount": str(amount), "reason": reason, "reference": str(reference or uuid4())}


class TestCredits:
    """GET /credits"""

    def test_it_shows_the_figures_and_every_line(
        self, ada: Member, admin: Member, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, _ = spend(ada, 14, -1, actor=admin)
        resolver = _resolver({first: Subject(title="A lighthouse", href="/images/1", src="/p.webp")})
        monkeypatch.setattr(subjects, "_resolvers", [resolver])
        page = text(signed_in(ada).get("/credits"))
        assert '<p class="stat__n">966 <small>of 1,000</small></p>' in page
        assert '<p class="stat__n">20</p>' in page
        assert '<p class="stat__n">14</p>' in page
        assert '<a class="link link--quiet" href="/images/1">A lighthouse</a>' in page
        assert 'src="/p.webp"' in page
        assert "Autumn, by Casey Credits" in page
        assert page.count("<tr>") == 1 + 3  # the head, the open hold, the settled one, the grant

    def test_it_is_empty_for_who_has_nothing(self, ada: Member, signed_in: SignIn) -> None:
        assert "Nothing spent, nothing added" in text(signed_in(ada).get("/credits"))

    def test_nobody_sees_anothers_lines(self, ada: Member, admin: Member, signed_in: SignIn) -> None:
        spend(ada, 14, actor=admin)
        assert "Autumn" not in text(signed_in(admin).get("/credits"))

    @pytest.mark.parametrize(("show", "count"), [("all", 4), ("spent", 2), ("held", 1), ("added", 1)])
    def test_it_shows_lines_of_one_kind(
        self, ada: Member, admin: Member, signed_in: SignIn, show: str, count: int
    ) -> None:
        spend(ada, 14, 15, -1, actor=admin)
        page = text(signed_in(ada).get(f"/credits?show={show}"))
        assert page.count("<tr>") == 1 + count

    def test_it_goes_on_page_by_page(
        self, ada: Member, admin: Member, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(queries, "PAGE", 3)
        spend(ada, 1, 2, 3, 4, actor=admin)
        browser = signed_in(ada)
        last = Entry.objects.filter(kind=Kind.SETTLE).order_by("-pk")[2].pk
        assert f"show=all&amp;before={last}" in text(browser.get("/credits"))
        plain = text(browser.get(f"/credits?before={last}"))
        rows = text(browser.get(f"/credits?before={last}", headers={"HX-Request": "true"}))
        assert "<html" in plain
        assert "<html" not in rows
        assert rows.count("<tr>") == 2
        assert rows.strip() in plain
        assert "Show more" not in rows

    @pytest.mark.parametrize(
        "query", ["show=other", "before=x", "before=-1", "before=٣", "before=1e3", f"before={'9' * 19}"]
    )
    def test_an_address_that_means_nothing_is_not_found(
        self, ada: Member, signed_in: SignIn, query: str
    ) -> None:
        assert signed_in(ada).get(f"/credits?{query}").status_code == 404

    def test_a_designer_does_not_see_the_tail_of_the_teams_key(
        self, ada: Member, admin: Member, signed_in: SignIn
    ) -> None:
        Key.objects.create(sealed="x", fingerprint="y", last4="x7Qd")
        assert "x7Qd" not in text(signed_in(ada).get("/credits"))
        assert "x7Qd" in text(signed_in(admin).get("/credits"))


class TestTeam:
    """GET /team"""

    @pytest.mark.parametrize("role", ROLES)
    def test_admins_and_owners_see_everybody(self, member: MakeMember, signed_in: SignIn, role: str) -> None:
        other = member(name="Bob Bauer")
        answer = signed_in(member(role)).get("/team")
        allowed = role in {"credit_admin", "owner"}
        assert answer.status_code == (200 if allowed else 403)
        assert (other.name in text(answer)) is allowed

    def test_it_sums_everybody_up(self, ada: Member, admin: Member, signed_in: SignIn) -> None:
        spend(ada, 14, -1, actor=admin)
        spend(admin, 16, actor=admin)
        page = text(signed_in(admin).get("/team"))
        assert '<p class="stat__n">1,970</p>' in page
        assert '<p class="stat__n">20</p>' in page
        assert '<p class="stat__n">30</p>' in page
        assert '<td data-k="allow">966</td>' in page

    def test_who_has_left_is_not_there(self, ada: Member, admin: Member, signed_in: SignIn) -> None:
        Member.objects.filter(pk=ada.pk).update(is_active=False)
        assert ada.name not in text(signed_in(admin).get("/team"))

    def test_the_door_to_the_teams_key_is_the_owners(
        self, member: MakeMember, admin: Member, signed_in: SignIn
    ) -> None:
        assert 'class="btn btn--s" href="/team/key"' not in text(signed_in(admin).get("/team"))
        assert 'class="btn btn--s" href="/team/key"' in text(signed_in(member("owner")).get("/team"))


class TestGrant:
    """POST /team/<member>/grant"""

    def test_an_admin_gives_credits_with_a_reason(
        self, ada: Member, admin: Member, signed_in: SignIn
    ) -> None:
        browser = signed_in(admin)
        answer = browser.post(f"/team/{ada.pk}/grant", form())
        assert (answer.status_code, answer["Location"]) == (302, "/team")
        entry = Entry.objects.get()
        assert (entry.account_id, entry.posted, entry.actor, entry.reason) == (
            ada.pk,
            50,
            admin,
            "Second round",
        )
        assert Event.objects.filter(verb=Verb.CREDITS_GRANTED, who=admin).count() == 1
        assert "50 credits granted to Ada Lovelace." in text(browser.get("/team"))

    def test_the_form_is_asked_for_and_has_another_token_each_time(
        self, ada: Member, admin: Member, signed_in: SignIn
    ) -> None:
        browser, tokens = signed_in(admin), set()
        assert f'href="/team?add={ada.pk}"' in text(browser.get("/team"))
        for _ in range(2):
            page = browser.get(f"/team?add={ada.pk}")
            tokens.add(page.context["form"].initial["reference"])
            assert f'action="/team/{ada.pk}/grant"' in text(page)
        assert len(tokens) == 2

    @pytest.mark.parametrize("whom", ["nobody", str(UUID(int=7)), "\0"])
    def test_there_is_no_form_for_nobody(self, admin: Member, signed_in: SignIn, whom: str) -> None:
        assert signed_in(admin).get("/team", {"add": whom}).status_code == 404

    def test_the_same_form_sent_twice_gives_once(self, ada: Member, admin: Member, signed_in: SignIn) -> None:
        browser, sent = signed_in(admin), form()
        for _ in range(2):
            assert browser.post(f"/team/{ada.pk}/grant", sent).status_code == 302
        assert Account.objects.get(member=ada).balance == 50

    def test_the_same_token_with_another_amount_is_refused(
        self, ada: Member, admin: Member, signed_in: SignIn
    ) -> None:
        browser, token = signed_in(admin), uuid4()
        browser.post(f"/team/{ada.pk}/grant", form(reference=token))
        answer = browser.post(f"/team/{ada.pk}/grant", form(amount=51, reference=token))
        assert answer.status_code == 409
        assert "booked before with another amount" in text(answer)
        assert Account.objects.get(member=ada).balance == 50

    @pytest.mark.parametrize("role", ["designer", "reviewer"])
    def test_without_the_right_it_is_forbidden_whatever_the_id(
        self, member: MakeMember, signed_in: SignIn, role: str
    ) -> None:
        person = member(role)
        browser = signed_in(person)
        for member_id in (person.pk, uuid4()):
            assert browser.post(f"/team/{member_id}/grant", form()).status_code == 403
        assert not Entry.objects.exists()

    def test_a_strangers_id_is_not_found(self, ada: Member, admin: Member, signed_in: SignIn) -> None:
        browser = signed_in(admin)
        Member.objects.filter(pk=ada.pk).update(is_active=False)
        for member_id in (uuid4(), ada.pk, "me", "1", f"{admin.pk}x"):
            assert browser.post(f"/team/{member_id}/grant", form()).status_code == 404
        assert not Entry.objects.exists()

    @pytest.mark.parametrize(
        "bad",
        [
            *(
                {"amount": value}
                for value in ("", "0", "-5", "1.5", "1e3", "1_000", "٣", "NaN", "0x10", "1000001")
            ),
            *({"reason": value} for value in ("", "   ", "x" * 201, "a\0b")),
            *({"reference": value} for value in ("", "x", "1")),
        ],
        ids=repr,
    )
    def test_what_cannot_be_granted_is_told_and_not_booked(
        self, ada: Member, admin: Member, signed_in: SignIn, bad: dict[str, str]
    ) -> None:
        answer = signed_in(admin).post(f"/team/{ada.pk}/grant", form() | bad)
        assert answer.status_code == 422
        assert "Add credits for Ada Lovelace" in text(answer)
        assert not Entry.objects.exists()

    def test_no_field_of_the_form_chooses_actor_or_kind(
        self, ada: Member, admin: Member, signed_in: SignIn
    ) -> None:
        more = {"actor": str(ada.pk), "kind": "adjust", "member": str(admin.pk), "posted": "999", "held": "9"}
        signed_in(admin).post(f"/team/{ada.pk}/grant", form() | more)
        entry = Entry.objects.get()
        assert (entry.actor, entry.kind, entry.posted, entry.account_id) == (admin, "grant", 50, ada.pk)

    def test_without_a_token_of_the_page_it_is_refused(self, ada: Member, admin: Member) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(admin)
        assert strict.post(f"/team/{ada.pk}/grant", form()).status_code == 403


class TestMeter:
    """GET /meter, and the top bar of every page"""

    def test_it_says_what_is_left(self, ada: Member, admin: Member, signed_in: SignIn) -> None:
        spend(ada, 14, -1, actor=admin)
        pill = text(signed_in(ada).get("/meter"))
        assert 'id="meter"' in pill
        assert "966 credits left, 20 held" in pill
        assert ">20 held<" in pill
        assert "<html" not in pill

    def test_it_says_nothing_is_left_where_nothing_was_given(self, ada: Member, signed_in: SignIn) -> None:
        assert "0 credits left" in text(signed_in(ada).get("/meter"))

    def test_it_can_be_drawn_out_of_band(self) -> None:
        assert 'hx-swap-oob="outerHTML"' in render_to_string("components/meter.html", {"oob": True})


@pytest.mark.parametrize("path", ["/credits", "/team", "/meter", f"/team/{UUID(int=7)}/grant"])
def test_who_is_signed_out_is_sent_to_the_sign_in(client: Client, path: str) -> None:
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 302
        assert answer["Location"] == f"/sign-in?next={path}"


@pytest.mark.parametrize("path", ["/credits", "/team", "/meter"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_reading_doors_refuse_to_be_written_to(
    admin: Member, signed_in: SignIn, path: str, method: str
) -> None:
    assert getattr(signed_in(admin), method)(path).status_code == 405


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_giving_is_a_post(ada: Member, admin: Member, signed_in: SignIn, method: str) -> None:
    assert getattr(signed_in(admin), method)(f"/team/{ada.pk}/grant").status_code == 405


def test_the_credits_page_asks_as_often_for_twenty_lines_as_for_ten(
    ada: Member, admin: Member, signed_in: SignIn
) -> None:
    asked = []
    for _ in range(2):
        spend(ada, *[5] * 10, actor=admin)
        with CaptureQueriesContext(connection) as queries_made:
            page = signed_in(ada).get("/credits")
        asked.append((len(page.context["page"].lines), len(queries_made)))
    (few, first), (many, second) = asked
    assert (few, many) == (11, 22)
    assert first == second


def test_the_balance_after_each_line_is_a_recount_and_costs_the_same_on_every_page(
    ada: Member, admin: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 4)
    monkeypatch.setattr(subjects, "_resolvers", [])
    spend(ada, 3, -1, 0, 7, 11, -1, 2, actor=admin)
    spend(admin, 5, 6, actor=admin)
    spend(ada, 13, 1, -1, actor=admin, given=50)
    ledger.adjust(ada, -9, actor=admin, reason="Too much", reference=uuid4())
    seen: list[queries.Line] = []
    asked, before = [], None
    while before is not None or not seen:
        with CaptureQueriesContext(connection) as made:
            page = queries.page(ada, before=before)
        assert all("LIMIT" in one["sql"] for one in made)  # no query reads more rows further down
        asked.append(len(made))
        seen += page.lines
        before = page.before
    for line in seen:
        until = Entry.objects.filter(account=ada.pk, pk__lte=line.entry.pk)
        assert line.left == sum(until.values_list("posted", flat=True))
    assert len(seen) == 13
    assert asked == [1, 2, 2, 2]  # the newest balance comes with the lines


def test_the_balance_after_a_line_of_long_ago_is_a_recount_though_sums_stand_for_what_is_newer(
    ada: Member, admin: Member, settings: Settings
) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    at = datetime(2024, 11, 28, 10, tzinfo=UTC)
    locked_account(ada.pk)
    book(Entry(account_id=ada.pk, kind=Kind.GRANT, posted=900, reference=uuid4(), created_at=at))
    for step in (0, 1, 3, -2, 30, 20, 26, -1, 700, 900, 2_000, -1, 3):  # hours; midnight there is at 11
        at += timedelta(hours=step)  # a line that was begun before another may be booked after it
        book(Entry(account_id=ada.pk, kind=Kind.LATE, posted=-7 - step % 5, reference=uuid4(), created_at=at))
    ledger.grant(ada, 50, actor=admin, reason="test", reference=uuid4())
    every = list(Entry.objects.filter(account=ada.pk).order_by("pk"))
    for line in every:
        until = sum(one.posted for one in every if one.pk <= line.pk)
        assert queries._balance_after(ada, line) == until


def test_the_team_page_asks_as_often_for_twenty_members_as_for_ten(
    admin: Member, member: MakeMember, signed_in: SignIn
) -> None:
    asked = []
    for _ in range(2):
        for number in range(10):
            person = member()
            spend(person, 5, actor=admin)
            Key.objects.create(member=person, sealed="x", fingerprint=f"{person.pk}{number}")
        closed.forget()
        with CaptureQueriesContext(connection) as queries_made:
            page = signed_in(admin).get("/team")
        asked.append((len(page.context["rows"]), len(queries_made)))
    (few, first), (many, second) = asked
    assert (few, many) == (11, 21)
    assert first == second


def test_spent_is_counted_by_days_of_the_teams_zone(ada: Member, admin: Member, settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    now = timezone.now().replace(year=2026, month=3, day=29, hour=22, minute=30)  # 00:30 on the 30th there
    ledger.grant(ada, 100, actor=admin, reason="Autumn", reference=uuid4())
    ages = {timedelta(minutes=20): 1, timedelta(minutes=40): 2, timedelta(days=5, hours=23): 4}
    ages |= {timedelta(days=6, minutes=20): 8, timedelta(days=31): 16}  # an hour was skipped on the 29th
    for age, cost in ages.items():
        Entry.objects.create(
            account_id=ada.pk,
            kind=Kind.SETTLE,
            posted=-cost,
            held=-1,
            reference=uuid4(),
            created_at=now - age,
        )
    rollups.rebuild()
    spent = spending.of_member(ada.pk, now)
    assert (spent.today, spent.week, spent.month) == (1, 1 + 2 + 4, 1 + 2 + 4 + 8)


def _resolver(known: dict[UUID, Subject]) -> subjects.Resolver:
    def resolve(references: Collection[UUID]) -> dict[UUID, Subject]:
        return {reference: known[reference] for reference in references if reference in known}

    return resolve
