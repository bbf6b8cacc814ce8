"""What an open page is told, how often, and with how few questions (B3, PERM-07)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from studio.accounts.models import Key, Member
from studio.generation import batches, news, passes, pricing, queries, runs
from studio.generation.models import Job, Pulse, Purchase, Run
from studio.generation.states import State
from tests.conftest import MakeMember
from tests.studio.generation.conftest import Hand
from tests.studio.generation.pages import HTMX, SignedIn, poller, posted, text, tiles
from tests.studio.generation.rows import a_job, a_key, a_run, an_image, jobs_in
from tests.studio.generation.world import give_credits

MIXED = [State.QUEUED, State.SENDING, State.PROCESSING, State.SAVING, State.DONE, State.FAILED, State.HELD,
         State.UNKNOWN, State.CANCELLED, State.OVERDUE]  # fmt: skip


@pytest.fixture
def person(member: MakeMember) -> Member:
    return member("designer")


@pytest.fixture
def key(db: None) -> Key:
    return a_key(at_once=3)


@pytest.fixture
def page(person: Member, signed_in: SignedIn) -> Client:
    return signed_in(person)


def touch(job: Job) -> int:
    """Count one more change of a job; return the count."""
    version = Pulse.advance(job.member_id)
    Job.objects.filter(pk=job.pk).update(version=version)
    return version


def ask(page: Client, *, since: int | str, scope: str = "all") -> Any:
    """Ask as the poller does, with no pass."""
    return page.get("/news", {"since": since, "scope": scope}, headers=HTMX)


def test_nothing_new_is_a_204_of_no_bytes(page: Client, person: Member, key: Key) -> None:
    since = touch(a_job(a_run(person, key), State.PROCESSING))
    response = ask(page, since=since)
    assert (response.status_code, response.content) == (204, b"")


def test_job_16_nothing_live_is_a_286_and_the_page_falls_silent(
    page: Client, person: Member, key: Key
) -> None:
    since = touch(a_job(a_run(person, key), State.FAILED))
    response = ask(page, since=since)
    assert response.status_code == 286
    assert poller(response)["trigger"] == "pulse:ask"
    assert tiles(response) == set()
    assert len(response.content) <= 1536  # the poller and the meter


@pytest.mark.parametrize(("age", "pace"), [(0, 2), (29, 2), (31, 4), (119, 4), (121, 8), (4_000, 8)])
def test_the_pace_is_that_of_the_youngest_live_job(
    hand: Hand, page: Client, person: Member, key: Key, age: int, pace: int
) -> None:
    run = a_run(person, key)
    a_job(run, State.SENDING, created_at=hand.at - timedelta(hours=2))
    a_job(run, State.FAILED, created_at=hand.at)
    since = touch(a_job(run, State.SENDING, created_at=hand.at - timedelta(seconds=age)))
    assert news.page_news(person)["wait"] == pace
    assert ask(page, since=since)["Studio-Ask-Again"] == str(pace)


def test_a_run_that_waits_for_tonight_is_asked_about_slowly_until_then(
    hand: Hand, page: Client, person: Member, key: Key
) -> None:
    tonight = hand.at + timedelta(hours=8)
    run = a_run(person, key, starts_at=tonight)
    since = touch(a_job(run, created_at=hand.at, not_before=tonight))
    assert news.page_news(person)["wait"] == passes.SLOW
    assert ask(page, since=since)["Studio-Ask-Again"] == str(passes.SLOW)
    hand.move(8 * 3600 + 1)
    assert news.page_news(person)["wait"] == passes.QUICK


def test_a_pass_that_ends_soon_is_drawn_anew_with_nothing_else(
    hand: Hand, page: Client, person: Member, key: Key
) -> None:
    since = touch(a_job(a_run(person, key), State.PROCESSING))
    first = poller(page.get("/"))
    assert page.get(first["url"], headers=HTMX).status_code == 204
    hand.move(passes.LASTS - passes.RENEW_BEFORE + 1)
    renewed = page.get(first["url"], headers=HTMX)
    assert (renewed.status_code, tiles(renewed)) == (200, set())
    assert len(renewed.content) <= 1536
    assert poller(renewed)["since"] == str(since)
    assert page.get(poller(renewed)["url"], headers=HTMX).status_code == 204


def test_only_what_changed_is_told_and_the_meter_and_the_next_poller(
    page: Client, person: Member, key: Key
) -> None:
    run = a_run(person, key)
    jobs = [a_job(run, State.PROCESSING) for _ in range(6)]
    since = max([touch(job) for job in jobs])
    now = max(touch(jobs[2]), touch(jobs[4]))
    response = ask(page, since=since)
    assert response.status_code == 200
    assert tiles(response) == {str(jobs[2].pk), str(jobs[4].pk)}
    assert poller(response)["since"] == str(now)
    html = text(response)
    assert html.count('hx-swap-oob="outerHTML"') >= 3
    assert html.count('id="meter"') == 1
    assert f'id="run-{run.pk}-head" hx-swap-oob="innerHTML"' in html
    assert page.get(poller(response)["url"], headers=HTMX).status_code == 204


def test_what_waits_is_told_of_its_new_place_when_another_leaves_the_line(
    page: Client, person: Member, key: Key
) -> None:
    run = a_run(person, key)
    first, second, third = (a_job(run) for _ in range(3))
    since = max(touch(job) for job in (first, second, third))
    assert first.move(State.SENDING)
    response = ask(page, since=since)
    assert tiles(response) == {str(job.pk) for job in (first, second, third)}
    assert '<span class="tile__pos">1<small>' in text(response)
    assert '<span class="tile__pos">3<small>' not in text(response)


def test_a_button_loses_nothing_that_changed_on_other_tiles_meanwhile(
    page: Client, person: Member, key: Key
) -> None:
    run = a_run(person, key)
    mine, other = a_job(run, State.PROCESSING), a_job(run, State.PROCESSING)
    seen = max(touch(mine), touch(other))
    assert other.move(State.OVERDUE)
    answer = page.post(f"/jobs/{mine.pk}/cancel", headers=HTMX)
    assert tiles(answer) == {str(mine.pk)}
    response = ask(page, since=seen)  # what pulse:ask asks
    assert tiles(response) == {str(mine.pk), str(other.pk)}


def test_more_changes_than_one_answer_holds_are_told_in_parts(
    page: Client, person: Member, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_TOLD", 4)
    run = a_run(person, key)
    jobs = [a_job(run, State.FAILED) for _ in range(11)]
    together = {job.pk for job in jobs[3:7]}
    for job in jobs[:3] + jobs[7:]:
        touch(job)
    Job.objects.filter(pk__in=together).update(version=2)  # started together: one count
    told: list[set[str]] = []
    response = ask(page, since=0)
    while response.status_code == 200:
        told.append(tiles(response))
        assert "load delay" in poller(response)["trigger"]
        response = page.get(poller(response)["url"], headers=HTMX)
    told.append(tiles(response))
    assert response.status_code == 286
    assert set.union(*told) == {str(job.pk) for job in jobs}
    assert len(told) > 2


def test_nobody_is_told_of_anothers_jobs(page: Client, person: Member, key: Key, member: MakeMember) -> None:
    other = member("designer")
    theirs = a_run(other, key)
    jobs_in(other, key, MIXED)
    for scope in ("all", f"run:{theirs.pk}", f"from:{theirs.pk}", f"experiment:{theirs.experiment_id}"):
        response = ask(page, since=0, scope=scope)
        assert (response.status_code, tiles(response)) == (286, set())
    assert poller(page.get("/"))["trigger"] == "pulse:ask"


SCOPES: list[tuple[Callable[[Run], str], bool]] = [
    (lambda run: "all", True),
    (lambda run: f"run:{run.pk}", True),
    (lambda run: f"experiment:{run.experiment_id}", True),
    (lambda run: f"from:{run.pk}", True),
    (lambda run: "none", False),
    (lambda run: "", False),
    (lambda run: f"job:{run.pk}", False),
    (lambda run: "run:nothing", False),
    (lambda run: f"run:{run.experiment_id}", False),
]


@pytest.mark.parametrize(("scope", "told"), SCOPES)
def test_a_page_is_told_of_the_runs_that_it_shows(
    page: Client, person: Member, key: Key, scope: Callable[[Run], str], told: bool
) -> None:
    run = a_run(person, key)
    job = a_job(run, State.PROCESSING)
    touch(job)
    response = ask(page, since=0, scope=scope(run))
    assert tiles(response) == ({str(job.pk)} if told else set())


@pytest.mark.parametrize("since", ["", "x", "-1", "1e9", "٣", "9" * 17, "9" * 5_000, "1.0", "\x00", "0x1"])
def test_a_count_that_is_none_is_taken_for_nothing_seen(
    page: Client, person: Member, key: Key, since: str
) -> None:
    job = a_job(a_run(person, key), State.PROCESSING)
    response = ask(page, since=since)
    assert response.status_code == 200
    assert tiles(response) == (set() if since == "9" * 17 else {str(job.pk)})


@pytest.mark.parametrize("url", ["/", "/runs/{run}", "/experiments/{experiment}"])
def test_a_page_of_a_hundred_running_tiles_asks_one_question(
    page: Client, person: Member, key: Key, url: str
) -> None:
    run = jobs_in(person, key, [State.PROCESSING] * 100)
    shown = page.get(url.format(run=run.pk, experiment=run.experiment_id))
    assert len(tiles(shown)) == 100
    assert poller(shown)["trigger"].startswith("load delay:2s")
    asking = [part for part in text(shown).split("<") if "hx-get=" in part and 'hx-trigger="load' in part]
    assert len(asking) == 1


def test_the_first_count_of_a_page_is_read_before_its_jobs(
    page: Client, person: Member, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job that moves while the page is drawn is told by the first question."""
    run = a_run(person, key)
    job = a_job(run, State.PROCESSING)
    before = touch(job)
    usual = queries.jobs_of

    def moving(runs: list[Run]) -> list[Job]:
        found = usual(runs)
        touch(job)
        return found

    monkeypatch.setattr(queries, "jobs_of", moving)
    for url in ("/", f"/runs/{run.pk}", f"/experiments/{run.experiment_id}"):
        assert poller(page.get(url))["since"] == str(before)
        before += 1


@pytest.mark.parametrize("url", ["/", "/runs/{run}", "/experiments/{experiment}", "/news?since=0&scope=all"])
def test_ten_tiles_and_twenty_cost_the_same_queries(page: Client, person: Member, key: Key, url: str) -> None:
    run = jobs_in(person, key, MIXED)
    address = url.format(run=run.pk, experiment=run.experiment_id)
    page.get(address)
    with CaptureQueriesContext(connection) as ten:
        assert len(tiles(page.get(address))) == 10
    for state in MIXED:
        if state != State.DONE:
            a_job(run, state, sent_at=timezone.now())
    more = jobs_in(person, key, MIXED)
    Run.objects.filter(pk=more.pk).update(experiment=run.experiment_id)
    Job.objects.filter(run=more).update(run=run)
    with CaptureQueriesContext(connection) as many:
        assert len(tiles(page.get(address))) == 29
    assert len(many) == len(ten)
    assert len(ten) <= 38  # with the shelves that a composer offers


def test_stopping_all_is_told_as_one_run(page: Client, person: Member, key: Key) -> None:
    run = a_run(person, key)
    jobs = [a_job(run, State.FAILED) for _ in range(3)]
    since = Pulse.of(person.pk)
    assert batches.cancel_run(run).done == 0
    assert Pulse.of(person.pk) == since
    assert len(jobs) == 3


@pytest.mark.parametrize("moved", [False, True])
def test_generate_brings_the_next_poller_where_only_its_run_is_new(
    page: Client, person: Member, key: Key, moved: bool
) -> None:
    give_credits(person, 100)
    earlier = a_job(a_run(person, key), State.PROCESSING)
    touch(earlier)
    known = urlsplit(poller(page.get("/"))["url"]).query
    if moved:
        touch(earlier)
    answer = page.post("/runs", posted(), headers={**HTMX, "Studio-Poller": known})
    assert answer.status_code == 200
    assert ('id="pulse"' in text(answer)) is not moved
    assert ("pulse:ask" in answer["HX-Trigger-After-Settle"]) is moved
    if not moved:
        asked = poller(answer)
        assert (asked["since"], asked["scope"]) == (str(Pulse.of(person.pk)), poller(page.get("/"))["scope"])
        assert page.get(asked["url"], headers=HTMX).status_code == 204  # its tiles are in the answer already


def test_a_run_that_ended_before_its_page_was_drawn_is_told_as_ended(
    page: Client, person: Member, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_credits(person, 100)
    a_job(a_run(person, key), State.PROCESSING)
    known = urlsplit(poller(page.get("/"))["url"]).query
    begin = runs.begin

    def at_once(*told: Any, **more: Any) -> Run:
        run = begin(*told, **more)
        for job in Job.objects.filter(run=run):
            assert job.move(State.FAILED, finished_at=timezone.now())
        return run

    monkeypatch.setattr(runs, "begin", at_once)
    answer = page.post("/runs", posted(), headers={**HTMX, "Studio-Poller": known})
    assert 'id="pulse"' not in text(answer)
    assert "pulse:ask" in answer["HX-Trigger-After-Settle"]
    run = Run.objects.latest("created_at")
    assert f'data-run="{run.pk}"' in text(page.get(f"/news?{known}", headers=HTMX))


def test_job_16_a_page_asks_on_until_the_last_price_is_known_and_then_falls_silent(
    hand: Hand, page: Client, person: Member, key: Key
) -> None:
    job = a_job(a_run(person, key), State.DONE, completed_at=hand.at, finished_at=hand.at, sent_at=hand.at)
    an_image(job)
    Purchase.objects.filter(pk=job.purchase).update(told_at=hand.at)
    since = touch(job)
    drawn = poller(page.get("/"))
    assert drawn["trigger"] == f"load delay:{passes.QUICK}s, pulse:ask"
    assert page.get(drawn["url"], headers=HTMX).status_code == 204
    assert ask(page, since=since)["Studio-Ask-Again"] == str(passes.QUICK)
    Purchase.objects.filter(pk=job.purchase).update(cost=12)
    Job.objects.filter(pk=job.pk).update(cost=12)
    touch(job)
    told = page.get(drawn["url"], headers=HTMX)
    assert (told.status_code, tiles(told)) == (286, {str(job.pk)})
    assert "12 credits" in text(told)
    assert "so far" not in text(told)


def test_job_16_what_was_never_priced_keeps_no_page_awake(
    hand: Hand, page: Client, person: Member, key: Key
) -> None:
    job = a_job(a_run(person, key), State.DONE, completed_at=hand.at, finished_at=hand.at)
    an_image(job)
    Purchase.objects.filter(pk=job.purchase).update(told_at=hand.at)
    since = touch(job)
    hand.move(pricing.ASKED_FOR.total_seconds() + 1)
    assert ask(page, since=since).status_code == 286


def test_a_price_that_comes_late_tells_no_end_again(page: Client, person: Member, key: Key) -> None:
    run = a_run(person, key)
    hour = timezone.now() - timedelta(hours=1)
    priced = a_job(run, State.DONE, finished_at=hour, sent_at=hour)
    an_image(priced)
    a_job(a_run(person, key), State.PROCESSING)
    known = urlsplit(poller(page.get("/"))["url"]).query
    touch(priced)
    answer = text(page.get(f"/news?{known}", headers=HTMX))
    assert f'id="tile-{priced.pk}"' in answer
    assert f'data-run="{run.pk}"' not in answer
