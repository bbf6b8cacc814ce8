"""The page of a grid: heads in full, cells in their states, turned for nothing, live by one poller."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from studio.accounts.models import Member
from studio.generation import gridpage
from studio.generation.grid import grid_of
from studio.generation.models import Job, Run
from studio.generation.states import Reason, State
from tests.conftest import MakeMember
from tests.studio.generation import ringing
from tests.studio.generation.pages import HTMX, SignedIn, poller, text, tiles
from tests.studio.generation.rows import a_job, a_key, a_run, an_image
from tests.studio.generation.test_grid import COLOURS, LIGHTS, THINGS, a_grid
from tests.studio.generation.world import World, give_credits, start, states


@pytest.fixture
def person(db: None, member: MakeMember) -> Member:
    return member("designer")


@pytest.fixture
def tab(person: Member, signed_in: SignedIn) -> Client:
    return signed_in(person)


def address(run: Run, query: str = "") -> str:
    return reverse("grid", args=[run.pk]) + query


def heads(page: str, scope: str) -> list[str]:
    return re.findall(rf'<th scope="{scope}"><span class="vary">([^<]*)</span>', page)


def test_rows_and_columns_have_their_full_words(tab: Client, person: Member) -> None:
    long = "a very long description of a light that nobody would ever want to see cut off in the middle of it"
    page = text(tab.get(address(a_grid(person, [*COLOURS, long], THINGS))))
    assert heads(page, "row") == [*COLOURS, long]
    assert heads(page, "col") == THINGS
    assert page.count("data-cell ") == 9


def test_turning_swaps_rows_and_columns_and_opens_tabs(tab: Client, person: Member) -> None:
    run = a_grid(person, COLOURS, THINGS, LIGHTS, ["1:1", "3:2"])
    page = text(tab.get(address(run, "?rows=1&columns=2&tabs=0&more=3&tab=1&zoom=large")))
    assert heads(page, "row") == THINGS
    assert heads(page, "col") == LIGHTS
    assert 'data-zoom="large"' in page
    assert re.search(r'aria-current="true"[^>]*data-tab="head-0-1">blue', page)
    assert len(tiles(tab.get(address(run)))) == 6
    part = text(tab.get(address(run, "?rows=2"), headers=HTMX))
    assert part.lstrip().startswith('<section class="gridpage__turned"')
    assert "<html" not in part


def counts(page: str) -> dict[str, str]:
    return dict(re.findall(r'<small[^>]* id="(head-\d-\d)"[^>]*>([^<]*)</small>', page))


def test_heads_count_what_stands_at_them_in_the_open_tab(tab: Client, person: Member) -> None:
    run = a_grid(person, COLOURS, THINGS, LIGHTS)
    Job.objects.filter(run=run, picks__2=LIGHTS[0], picks__0=COLOURS[0]).update(state=State.FAILED)
    first, second = (counts(text(tab.get(address(run, f"?tab={n}")))) for n in (0, 1))
    many, things = len(COLOURS), len(THINGS)
    assert first["head-0-0"] == f"0 of {things} done"
    assert second["head-0-0"] == f"{things} done"
    assert (first["head-1-0"], second["head-1-0"]) == (f"{many - 1} of {many} done", f"{many} done")
    assert first["head-2-0"] == second["head-2-0"] == f"{(many - 1) * things} of {many * things} done"


def test_turning_to_another_tab_has_the_poller_count_for_it(tab: Client, person: Member) -> None:
    run = a_grid(person, COLOURS, THINGS, LIGHTS)
    assert poller(tab.get(address(run)))["scope"] == f"grid:{run.pk}:2-0"
    turned = tab.get(address(run, "?tab=1"), headers=HTMX)
    assert 'hx-swap-oob="outerHTML"' in text(turned)
    assert poller(turned)["scope"] == f"grid:{run.pk}:2-1"
    told = counts(text(tab.get(poller(turned)["url"].replace("since=", "since=0&was="), headers=HTMX)))
    assert told == counts(text(turned))


@pytest.mark.parametrize("tabs", ["9-0", "0-99", "x", "1-²", ":", "0-0-0-0.1"])
def test_a_scope_that_names_no_such_tab_is_answered_all_the_same(
    tab: Client, person: Member, tabs: str
) -> None:
    run = a_grid(person, COLOURS, THINGS)
    asked = f"{reverse('news')}?since=0&scope=grid:{run.pk}:{tabs}"
    assert "head-0-0" in counts(text(tab.get(asked)))


@pytest.mark.parametrize(
    "query", ["?rows=9&columns=-1&tab=x&second=99999999999999999999", "?rows=1&columns=1&zoom=<b>"]
)
def test_an_address_that_makes_no_sense_shows_the_grid_all_the_same(
    tab: Client, person: Member, query: str
) -> None:
    answer = tab.get(address(a_grid(person, COLOURS, THINGS), query))
    assert answer.status_code == 200
    assert len(tiles(answer)) == 6


def test_a_stranger_finds_no_grid(tab: Client, member: MakeMember) -> None:
    other = a_grid(member("owner"), COLOURS, THINGS)
    assert tab.get(address(other)).status_code == 404
    assert tab.post(reverse("grid_retry", args=[other.pk])).status_code == 404
    assert tab.get(reverse("grid_retry", args=[other.pk])).status_code == 405
    assert tab.get(reverse("grid", args=[uuid4()])).status_code == 404


def test_every_state_is_in_its_cell(tab: Client, person: Member) -> None:
    run = a_run(person, a_key(), axes=[{"kind": "choice", "label": "it", "values": list(State.values)}])
    for position, state in enumerate(State.values):
        job = a_job(run, State(state), picks=[state], position=position, variation=position)
        if state == State.DONE:
            an_image(job)
        if state == State.FAILED:
            Job.objects.filter(pk=job.pk).update(reason=Reason.PROVIDER, detail="500 after 3 tries")
    page = text(tab.get(address(run)))
    assert "500 after 3 tries" in page
    for number, state in enumerate(State.values):
        cell = page.split(f'id="cell-{number}" ')[1].split("</td>")[0]
        assert f"{state}: </span>" in cell
        drawn = re.search(r'data-state="(\w+)"', cell)
        assert drawn
        assert drawn[1] in {"queued", "submitting", "generating", "done", "held", "limited", "failed"}
    assert "Retry 1 failed" in page
    assert "Stop 2" in page


def test_repeats_are_a_stack_with_its_spread_and_the_sentence_that_says_why(
    tab: Client, person: Member
) -> None:
    run = a_grid(person, COLOURS, THINGS, each=2)
    for number, job in enumerate(Job.objects.filter(run=run).order_by("position")):
        job.cost, job.sent_at = 10 + number % 2, job.created_at
        job.completed_at = job.created_at + timedelta(seconds=16 + 4 * (number % 2))
        job.save()
    page = text(tab.get(address(run)))
    assert page.count("2 takes · 10–11 credits · 16–20 s") == 6
    assert "Doitong takes no seed, so how far they differ is chance" in page
    assert 'name="seed"' not in page


def test_a_part_that_is_left_out_is_named_in_its_head(tab: Client, person: Member) -> None:
    run = a_run(
        person,
        a_key(),
        axes=[
            {"kind": "part", "label": "fog", "values": ["", "fog"]},
            {"kind": "part", "label": "neon", "values": ["", "neon"]},
        ],
    )
    picks = [["", ""], ["", "neon"], ["fog", ""], ["fog", "neon"]]
    for number, pick in enumerate(picks):
        a_job(run, picks=pick, position=number, variation=number)
    page = text(tab.get(address(run)))
    assert (heads(page, "row"), heads(page, "col")) == (["no fog", "fog"], ["no neon", "neon"])


@pytest.mark.parametrize("htmx", [True, False])
def test_the_page_takes_as_many_queries_for_many_cells_as_for_few(
    tab: Client, person: Member, htmx: bool
) -> None:
    def queries(run: Run) -> int:
        with CaptureQueriesContext(connection) as found:
            tab.get(address(run), headers=HTMX if htmx else {})
        return len(found)

    small = a_grid(person, COLOURS, THINGS)
    large = a_grid(person, [f"c{n}" for n in range(10)], [f"t{n}" for n in range(10)], each=2)
    tab.get(address(small))
    assert queries(small) == queries(large)


def test_a_run_with_two_axes_links_to_its_grid(tab: Client, person: Member) -> None:
    run, plain = a_grid(person, COLOURS, THINGS), a_grid(person, COLOURS)
    page = text(tab.get(reverse("explore")))
    assert f'href="{address(run)}"' in page
    assert f'href="{address(plain)}"' not in page


class TestLive:
    """What an open grid hears, and what it never asks."""

    @pytest.fixture
    def rich(self, world: World, designer: Member) -> Member:
        return designer

    def test_turning_the_grid_asks_nothing_of_the_provider(
        self, world: World, rich: Member, signed_in: SignedIn
    ) -> None:
        run = start(rich, "a {red|blue} {dune|sea} at {dusk|dawn}")
        world.finish()
        before, submitted = len(world.requests()), world.submissions()
        tab = signed_in(rich)
        for query in ("", "?rows=1&columns=0", "?rows=2&columns=1&tabs=0&tab=1", "?zoom=small"):
            for headers in (HTMX, {}):
                assert len(tiles(tab.get(address(run, query), headers=headers))) == 4
        assert ringing.take() is None
        assert (len(world.requests()), world.submissions()) == (before, submitted)

    def test_the_poller_brings_tiles_counts_spreads_and_the_head(
        self, world: World, rich: Member, signed_in: SignedIn
    ) -> None:
        run = start(rich, "a {red|blue} {dune|sea}", each=2)
        tab = signed_in(rich)
        page = tab.get(address(run))
        assert text(page).count('id="pulse"') == 1
        asked = poller(page)
        assert asked["scope"] == f"grid:{run.pk}"
        world.finish()
        told = text(tab.get(asked["url"], headers=HTMX))
        assert len(re.findall(r'<article class="tile ', told)) == 8
        assert f'id="grid-{run.pk}-head" hx-swap-oob="innerHTML"' in told
        assert '<small id="head-0-1" hx-swap-oob="innerHTML">4 done</small>' in told
        assert re.search(r'<p id="cell-3-spread" hx-swap-oob="innerHTML">2 takes · \d+', told)
        assert f'id="run-{run.pk}-head"' not in told
        ids = set(re.findall(r'id="((?:cell|head)-[\w-]+)"', told))
        assert ids <= set(re.findall(r'id="((?:cell|head)-[\w-]+)"', text(page)))

    def test_retry_failed_queues_exactly_those(self, world: World, rich: Member, signed_in: SignedIn) -> None:
        run = start(rich, "a {red|blue|green|black} {1|2|3|4|5}")
        failed = list(Job.objects.filter(run=run).order_by("position")[:3])
        for job in failed:
            job.move(State.FAILED, reason=Reason.PROVIDER, detail="500 after 3 tries")
        tab = signed_in(rich)
        assert "Retry 3 failed" in text(tab.get(address(run)))
        answer = tab.post(reverse("grid_retry", args=[run.pk]), headers=HTMX)
        assert "3 images in line again." in text(answer)
        assert states(run) == ["queued"] * 20
        assert tab.post(reverse("grid_retry", args=[run.pk])).headers["Location"] == address(run)
        assert states(run) == ["queued"] * 20


def test_the_spread_of_a_cell_on_its_way_says_how_far_it_is(person: Member) -> None:
    run = a_run(person, a_key())
    jobs = [a_job(run, state) for state in (State.DONE, State.FAILED, State.QUEUED)]
    assert gridpage.spread(jobs) == "1 of 3 done, 1 failed, 1 in line"
    assert gridpage.spread(jobs[1:2]) == "1 failed"
    assert gridpage.spread(jobs[:1]) == ""


def test_news_of_an_older_run_counts_what_its_jobs_picked(person: Member) -> None:
    give_credits(person, 1)
    run = a_grid(person, COLOURS, THINGS)
    Run.objects.update(axes=[])
    run.refresh_from_db()
    [first, *_] = grid_of(run, member=person).cells
    told = gridpage.news(run, None, first.jobs, {})  # type: ignore[arg-type]
    assert told["heads"][0] == ("head-0-0", "3 done")
    assert told["cells"] == [("cell-0", "")]
