"""The queue page: who sees which jobs and words, groups, paging, filters, the count of queries (B23, E10)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from studio.accounts.models import Key, Member
from studio.generation import queuepage
from studio.generation.models import Governor, Job, Lane, Request, Visibility
from studio.generation.states import Reason, State
from tests.conftest import MakeMember
from tests.studio.generation.pages import HTMX, SignedIn, text
from tests.studio.generation.rows import a_job, a_key, a_run

STATES = [
    State.QUEUED, State.SENDING, State.PROCESSING, State.SAVING,
    State.HELD, State.UNKNOWN, State.OVERDUE, State.FAILED,
]  # fmt: skip


@pytest.fixture
def key(db: None) -> Key:
    return a_key(plan="pro", per_minute=60, at_once=10, per_day=10_000)


@pytest.fixture
def person(member: MakeMember) -> Member:
    return member("designer")


@pytest.fixture
def tab(person: Member, key: Key, signed_in: SignedIn) -> Client:
    return signed_in(person)


def listed(tab: Client, query: str = "") -> list[str]:
    """Return the ids of the jobs on the page, in order."""
    return re.findall(r'id="job-([0-9a-f-]{36})"', text(tab.get(f"/queue{query}")))


def one_of_each(person: Member, key: Key) -> dict[State, Job]:
    run = a_run(person, key)
    jobs = {state: a_job(run, state, sent_at=timezone.now()) for state in STATES}
    for rest in (State.DONE, State.CANCELLED):
        a_job(run, rest, finished_at=timezone.now())
    return jobs


def test_what_does_not_rest_is_listed_in_its_group(tab: Client, person: Member, key: Key) -> None:
    jobs = one_of_each(person, key)
    assert set(listed(tab)) == {str(job.pk) for job in jobs.values()}
    for show, states in {group.name: group.states for group in queuepage.GROUPS}.items():
        assert set(listed(tab, f"?show={show}")) == {str(jobs[state].pk) for state in states}


def test_what_failed_long_ago_is_not_listed(tab: Client, person: Member, key: Key) -> None:
    run = a_run(person, key)
    a_job(run, State.FAILED, created_at=timezone.now() - queuepage.LATELY - timedelta(hours=1))
    fresh = a_job(run, State.FAILED)
    assert listed(tab) == [str(fresh.pk)]


def test_a_group_goes_on_page_by_page_in_the_order_of_the_line(
    tab: Client, person: Member, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queuepage, "PAGE", 3)
    run = a_run(person, key)
    now = timezone.now()
    jobs = [a_job(run, created_at=now, rank=n % 3, lane=n % 2) for n in range(8)]
    expected = [str(job.pk) for job in sorted(jobs, key=lambda j: (j.lane, j.rank, j.created_at, j.position))]
    seen, query = [], "?show=line"
    while query:
        seen += listed(tab, query)
        found = re.search(r'href="/queue(\?[^"]*after=[^"]*)"', text(tab.get(f"/queue{query}")))
        query = found[1].replace("&amp;", "&") if found else ""
    assert seen == expected


@pytest.mark.parametrize(
    "query", ["?show=x", "?member=x", "?after=x", "?member=%00", "?show=line&after=" + "0" * 32]
)
def test_an_address_that_makes_no_sense_is_a_page_all_the_same(tab: Client, query: str) -> None:
    assert tab.get(f"/queue{query}").status_code == 200


def test_a_member_sees_their_own_jobs_and_an_admin_everybodys(
    tab: Client, person: Member, key: Key, member: MakeMember, signed_in: SignedIn
) -> None:
    other = member("designer")
    mine, theirs = a_job(a_run(person, key)), a_job(a_run(other, key))
    assert listed(tab) == [str(mine.pk)]
    assert listed(tab, f"?member={other.pk}") == []
    for role in ("credit_admin", "owner"):
        admin = signed_in(member(role))
        assert set(listed(admin)) == {str(mine.pk), str(theirs.pk)}
        assert listed(admin, f"?member={other.pk}") == [str(theirs.pk)]


@pytest.mark.parametrize("state", STATES)
def test_of_anothers_private_image_an_admin_sees_owner_size_and_state_alone(
    state: State, person: Member, key: Key, member: MakeMember, signed_in: SignedIn
) -> None:
    """E10: also not in its name, its experiment's, or what the provider said of it."""
    canary = "zyzzyva"
    run = a_run(person, key, template=canary, visibility=Visibility.PRIVATE)
    type(run.experiment).objects.update(title=canary)
    job = a_job(run, state, prompt=canary, picks=[canary], detail=canary, reason=Reason.PROVIDER)
    admin = signed_in(member("owner"))
    page = text(admin.get("/queue"))
    assert f"job-{job.pk}" in page
    assert "A private image" in page
    assert person.name in page
    assert "512 × 512" in page
    assert canary not in page
    assert canary not in text(admin.get(f"/jobs/{job.pk}/wire"))


def test_of_a_team_image_an_admin_reads_the_words(
    person: Member, key: Key, member: MakeMember, signed_in: SignedIn
) -> None:
    a_job(a_run(person, key, visibility=Visibility.TEAM), picks=["zyzzyva"])
    assert "zyzzyva" in text(signed_in(member("owner")).get("/queue"))


def test_the_head_says_what_is_left_of_a_keys_limits(tab: Client, person: Member, key: Key) -> None:
    now, run = timezone.now(), a_run(person, key)
    for _ in range(3):
        a_job(run, State.PROCESSING, sent_at=now)
    for age in range(19):
        Request.objects.create(account=key.account, verb=Request.Verb.LOOK, at=now - timedelta(seconds=age))
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text(tab.get("/queue"))))
    assert "Slots in use 3 of 10" in page
    assert "Requests left 41 of 60" in page
    assert "frees in" in page
    assert "of 10,000" in page


def test_the_head_says_that_a_key_waits_or_is_refused(tab: Client, person: Member, key: Key) -> None:
    Governor.objects.create(account=key.account, paused_until=timezone.now() + timedelta(seconds=40))
    assert "Doitong asks to wait" in text(tab.get("/queue"))
    Key.objects.update(state="refused")
    assert "Refused" in text(tab.get("/queue"))


def test_without_a_key_the_page_says_where_to_add_one(member: MakeMember, signed_in: SignedIn) -> None:
    assert "There is no API key" in text(signed_in(member("designer")).get("/queue"))


def test_an_empty_queue_says_so(tab: Client) -> None:
    assert "Nothing waits" in text(tab.get("/queue"))


@pytest.mark.parametrize("role", ["designer", "owner"])
@pytest.mark.parametrize("query", ["", "?show=line", "?show=failed"])
def test_ten_rows_or_thirty_the_same_number_of_queries(
    role: str, query: str, person: Member, key: Key, member: MakeMember, signed_in: SignedIn
) -> None:
    reader = person if role == "designer" else member(role)
    tab = signed_in(reader)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            tab.get(f"/queue{query}")
        return len(queries)

    def more() -> None:
        run = a_run(person, key)
        for state in (*STATES, State.QUEUED, State.FAILED):
            a_job(run, state, sent_at=timezone.now())

    more()
    asked()
    few = asked()
    more()
    more()
    assert asked() == few


def test_the_line_is_said_with_places_and_the_lane(tab: Client, person: Member, key: Key) -> None:
    run = a_run(person, key)
    a_job(run, created_at=timezone.now())
    a_job(run, created_at=timezone.now(), lane=Lane.BACKGROUND)
    page = text(tab.get("/queue"))
    assert "1st in line" in page
    assert "2nd in line" in page
    assert page.count("Background</span>") + len(re.findall(r"Background\s*</span>", page)) >= 1


def test_a_question_of_the_page_itself_keeps_what_is_ticked(tab: Client, person: Member, key: Key) -> None:
    job, other = a_job(a_run(person, key)), a_job(a_run(person, key))
    page = text(tab.get("/queue", {"job": [str(job.pk), "x"]}, headers=HTMX))
    assert "<!doctype" not in page
    assert re.search(rf'value="{job.pk}"[^>]*checked', page)
    assert not re.search(rf'value="{other.pk}"[^>]*checked', page)
