"""The pages of credits of a busy team: everything that they can show is there, and they ask as seldom."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gallery.models import Review, Status
from studio.accounts.models import Key, Member, Project
from studio.credits import alerts, ledger, topups
from studio.credits.booking import book
from studio.credits.models import About, Account, Ask, Budget, Entry, Kind, Oversight, Scope
from studio.generation.models import Job, Purchase
from studio.generation.states import State
from tests.conftest import MakeMember
from tests.gallery import factories

pytestmark = pytest.mark.django_db
type SignIn = Callable[[Member], Client]
MOST = 12  # queries of a page


@pytest.fixture
def admin(member: MakeMember) -> Member:
    return member("credit_admin", name="Casey Credits")


@pytest.fixture
def busy(member: MakeMember, admin: Member) -> list[Member]:
    """A team in which everybody has experiments, images, keys, projects, top-ups, budgets and a live job."""
    projects = [Project.objects.create(name=f"Project {number}").pk for number in range(4)]
    Oversight.objects.create(price_micros=10_000, currency="EUR", least_days=365)
    people = [admin, *(member() for _ in range(3))]
    for person in people:
        _busy(person, projects, admin)
    for scope, subjects in ((Scope.PROJECT, projects), (Scope.MEMBER, [one.pk for one in people])):
        for subject in subjects:
            Budget.objects.create(scope=scope, subject=subject, period="month", limit=9_000, by=admin)
    Budget.objects.create(scope=Scope.TEAM, period="week", limit=90_000, by=admin)
    Ask.objects.create(member=people[1], amount=50, reason="More")
    alerts.note(About.TRIED, "dense")
    return people


def _busy(person: Member, projects: list[UUID], admin: Member) -> None:
    key = Key.objects.create(member=person, sealed="x", fingerprint=person.pk.hex)
    ledger.grant(person, 5_000, actor=admin, reason="Autumn", reference=uuid4())
    for days in (3, 9):
        ends = timezone.now() + timedelta(days=days)
        topups.give(person, 400, ends, actor=admin, reason="Extra", reference=uuid4())
    for turn in range(8):
        (image,) = factories.rows(person, [f"a dune {turn}"])
        Review.objects.create(image=image, status=Status.APPROVED)
        _buy(image.job, 14, projects[turn % 4], key.pk)
    live = factories.jobs(person, ["a sea"], visibility="team", size=(8, 8))[0]
    Job.objects.filter(pk=live.pk).update(state=State.QUEUED, cost=None)
    ledger.hold(person, [ledger.Hold(reference=live.pk, amount=20)], key_id=key.pk)
    for days in range(30):
        at = timezone.now() - timedelta(days=days)
        book(
            Entry(
                kind=Kind.LATE, posted=-2, reference=uuid4(), key_id=key.pk, account_id=person.pk,
                project_id=projects[days % 4], created_at=at, opened_at=at,
            )
        )  # fmt: skip


def _buy(job: Job, cost: int, project: UUID, key: UUID) -> None:
    purchase = Purchase.objects.create(job=job)
    held = [ledger.Hold(reference=purchase.pk, amount=20)]
    ledger.hold(job.member, held, key_id=key, project_id=project)
    ledger.settle(purchase.pk, cost)


def test_full_pages_ask_at_most_twelve_times(busy: list[Member], admin: Member, signed_in: SignIn) -> None:
    browser, found = signed_in(admin), {}
    browser.get("/credits")  # notes the session's last use
    for path in ("/credits", "/credits?show=spent", "/credits?show=added", "/team"):
        with CaptureQueriesContext(connection) as asked:
            page = browser.get(path)
        assert page.status_code == 200
        assert len(asked) <= MOST, "\n".join(one["sql"][:140] for one in asked)
        found[path] = page.context
    own, team = found["/credits"], found["/team"]
    assert len(own["page"].lines) == 40
    assert own["page"].lines[0].left == Account.of(admin.pk).balance
    assert (len(own["experiments"]), len(own["projects"]), len(own["lots"])) == (6, 4, 2)
    assert own["gain"].approved == 8
    assert len(team["found"].members) == len(busy)
    assert all(one.bound and one.key for one in team["found"].members)
