"""The page of the audit trail: who reads it, what is found, a CSV without formulas (E5, LOG-01, WEB-11)."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from studio.accounts import trail
from studio.accounts.models import Event, Member, Verb
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db
type SignedIn = Callable[[Member], Client]


@pytest.fixture
def owner(member: MakeMember, signed_in: SignedIn) -> Client:
    return signed_in(member("owner"))


@pytest.mark.parametrize("role", ["designer", "reviewer"])
def test_log_01_only_admins_read_it(member: MakeMember, signed_in: SignedIn, role: str) -> None:
    client = signed_in(member(role))
    assert client.get("/team/audit").status_code == 403
    assert client.post("/team/audit.csv").status_code == 403


def test_it_is_found_by_who_what_when_and_about_what(owner: Client, member: MakeMember) -> None:
    ada = member(name="Ada Lovelace")
    Event.note(Verb.KEY_SAVED, who=ada, subject="key-1", plan="free")
    Event.note(Verb.KEY_REFUSED, who=None, subject="key-2")
    Event.objects.create(verb=Verb.QUEUE_PAUSED, subject="old", at=timezone.now() - timedelta(days=9))
    today = timezone.localdate().isoformat()
    for query, there, not_there in (
        (f"who={ada.pk}", "key-1", "key-2"),
        ("who=studio", "key-2", "key-1"),
        ("verb=key.refused", "key-2", "key-1"),
        ("subject=key-1", "key-1", "key-2"),
        (f"since={today}", "key-1", ">old<"),
        (f"until={(timezone.localdate() - timedelta(days=1)).isoformat()}", ">old<", "key-1"),
    ):
        page = owner.get(f"/team/audit?{query}").content.decode()
        table = page.partition("<tbody>")[2]
        assert there in table, query
        assert not_there not in table, query
    assert "plan: free" in owner.get("/team/audit").content.decode()


@pytest.mark.parametrize(
    "query", ["who=nobody", "verb=x", "since=yesterday", "until=0000-00-00", f"subject={'x' * 500}"]
)
def test_what_cannot_be_read_is_told(owner: Client, query: str) -> None:
    assert owner.get(f"/team/audit?{query}").status_code == 422


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "1e3"])
def test_a_place_that_is_none_is_not_found(owner: Client, before: str) -> None:
    assert owner.get(f"/team/audit?before={before}").status_code == 404


def test_its_pages_follow_one_another_at_the_same_cost(owner: Client, member: MakeMember) -> None:
    ada = member()
    costs = []
    for many in (5, trail.PAGE + 5):
        Event.objects.bulk_create(Event(verb=Verb.KEY_TESTED, who=ada, subject=str(n)) for n in range(many))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = owner.get("/team/audit").content.decode()
        costs.append(len(queries))
    assert costs[0] == costs[1]
    (older,) = [part.split('"')[0] for part in page.split('href="')[1:] if "before=" in part.split('"')[0]]
    rest = owner.get(older).content.decode()
    assert rest.count("<time datetime") == Event.objects.count() - trail.PAGE


def test_web_11_its_csv_has_no_formulas(owner: Client) -> None:
    for sign in ("=", "+", "-", "@", "\t", "\r"):
        Event.note(Verb.SIGN_IN_FAILED, who=None, subject=f"{sign}cmd|' /C calc'!A0")
    answer = owner.post("/team/audit.csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    tried = [row["subject"] for row in rows if row["verb"] == Verb.SIGN_IN_FAILED]
    assert len(tried) == 6
    assert all(subject.startswith("'") for subject in tried)
    assert rows[0]["verb"] == Verb.AUDIT_EXPORTED
