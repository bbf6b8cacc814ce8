"""What becomes of a run that the credits do not reach for: trimmed, or its rest held (D18, JOB-15)."""

from collections import Counter
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from studio.accounts.models import Member
from studio.credits import ledger, prices
from studio.credits.check import check
from studio.credits.models import Account, Entry
from studio.generation import fitting, resuming, runs, steering
from studio.generation.cells import Text, unfold
from studio.generation.fitting import Short
from studio.generation.models import Job, Run
from studio.generation.recipe import Plan
from studio.generation.states import Reason, State
from studio.generation.wording import meaning
from tests.conftest import MakeMember
from tests.studio.generation.conftest import Hand
from tests.studio.generation.pages import HTMX, SignedIn, posted, text
from tests.studio.generation.rows import a_key
from tests.studio.generation.world import World, give_credits, give_key, held, recipe, states

FIVE = "a {red|blue|green|black|white} dune"
KNOWN = prices.documented(512, 512)


def plan_of(template: str, each: int) -> Plan:
    asked = recipe(template, each=each)
    found = unfold(Text(template=template, each=each), (512, 512, "draft"), (), most=1_000)
    priced = {(512, 512, "draft"): KNOWN}
    cells = found.cells(priced)
    return Plan(recipe=asked, expansion=found, variations=cells, prices=priced, most_images=1_000)


def short(member: Member, how: Short, template: str = FIVE, **more: int) -> Run:
    return runs.start(member, recipe(template, **more), token=uuid4().hex, short=how)


@pytest.fixture
def poor(world: World, member: MakeMember) -> Member:
    """Return a designer with 50 credits, where an image of 512 x 512 holds 20; the team has a key."""
    give_key(world, member("owner"))
    person = member("designer")
    give_credits(person, 50)
    return person


@given(ways=st.integers(1, 7), each=st.integers(1, 4), data=st.data())
def test_fit_to_budget_trims_every_variation_alike(ways: int, each: int, data: st.DataObject) -> None:
    plan = plan_of("a {" + "|".join(f"c{n}" for n in range(ways)) + "} dune", each)
    count = data.draw(st.integers(1, plan.images))
    cells = fitting.trimmed(plan, count)
    made = Counter(cell.number for cell in cells)
    assert len(cells) == count
    assert max(made.values()) <= each
    assert max(made.values()) - min(made[n] for n in range(plan.expansion.count)) <= 1
    assert [cell.number for cell in cells] == sorted(cell.number for cell in cells)


def test_a_grid_is_trimmed_evenly_along_each_of_its_axes() -> None:
    plan = plan_of("{red|blue|green} dunes under {a moon|the sun|stars}", 1)
    for axis in range(2):
        met = Counter(cell.picks[axis] for cell in fitting.trimmed(plan, 6))
        assert set(met.values()) == {2}


def test_all_of_it_is_what_the_whole_plan_makes() -> None:
    plan = plan_of(FIVE, 2)
    assert fitting.trimmed(plan, plan.images) == list(plan.cells)


def test_only_what_fits_is_made_and_held_for(poor: Member) -> None:
    run = short(poor, Short.FIT)
    assert states(run) == ["queued"] * 2
    assert (held(poor), run.jobs.count()) == (40, 2)


def test_what_fits_starts_and_the_rest_is_held_without_credits(poor: Member) -> None:
    run = short(poor, Short.HOLD)
    assert states(run) == ["queued"] * 2 + ["held"] * 3
    assert held(poor) == 40
    assert set(Job.objects.filter(state=State.HELD).values_list("reason", flat=True)) == {Reason.CREDITS}
    assert Entry.objects.filter(kind="hold").count() == 2


def test_a_run_that_fits_is_started_whole_whatever_was_pressed(poor: Member) -> None:
    for how in (Short.HOLD, Short.FIT):
        assert states(short(poor, how, "a dune")) == ["queued"]


def test_where_nothing_fits_nothing_is_started(poor: Member) -> None:
    short(poor, Short.FIT)
    with pytest.raises(ledger.NotEnoughCredits):
        short(poor, Short.HOLD)
    assert Run.objects.count() == 1


def test_the_rest_goes_on_by_itself_after_a_top_up_the_oldest_first(poor: Member) -> None:
    first = short(poor, Short.HOLD)
    give_credits(poor, 20)  # 30 free: one more of the first
    assert states(first) == ["queued"] * 3 + ["held"] * 2
    give_credits(poor, 30)  # 10 + 30: two
    second = start_after(poor)
    assert states(first) == ["queued"] * 5
    give_credits(poor, 60)
    assert states(second) == ["queued"] * 3
    assert (held(poor), Account.objects.get(pk=poor.pk).available) == (160, 20)
    assert check().differences == ()


def start_after(person: Member) -> Run:
    """Start three more with credits for one; the other two wait behind what waited before."""
    give_credits(person, 20)
    run = short(person, Short.HOLD, "a {calm|wild|grey} sea")
    assert states(run) == ["queued", "held", "held"]
    return run


def test_a_top_up_that_pays_for_none_moves_none(poor: Member) -> None:
    run = short(poor, Short.HOLD, "a {red|blue|green} dune")
    give_credits(poor, 9)  # 19 are free, and 20 would be held
    assert states(run) == ["queued", "queued", "held"]
    give_credits(poor, 1)
    assert states(run) == ["queued"] * 3


def test_it_also_goes_on_with_what_cheaper_images_gave_back(world: World, poor: Member, hand: Hand) -> None:
    run = short(poor, Short.HOLD)
    world.finish()
    assert left_of(poor) == 30  # two cost 10 each instead of 20
    resuming.credits_freed(hand.at)
    assert states(run) == ["done", "done", "queued", "queued", "queued"]  # it holds 10 each by now
    world.finish()
    assert (states(run), world.charged(), left_of(poor)) == (["done"] * 5, 50, 0)


def left_of(person: Member) -> int:
    return Account.objects.get(pk=person.pk).available


def test_nothing_is_resumed_beyond_the_credits_by_a_key_that_works_again(poor: Member) -> None:
    run = short(poor, Short.HOLD)
    resuming.key_works(run.key)
    assert states(run) == ["queued"] * 2 + ["held"] * 3
    assert held(poor) == 40


def test_a_held_one_is_cancelled_for_nothing(poor: Member) -> None:
    run = short(poor, Short.HOLD)
    last = run.jobs.get(position=4)
    assert steering.cancel(last)
    assert meaning(last).cost == "Not charged"
    assert held(poor) == 40
    assert check().differences == ()


def test_a_press_of_try_now_holds_first(poor: Member) -> None:
    run = short(poor, Short.HOLD)
    last = run.jobs.get(position=4)
    with pytest.raises(ledger.NotEnoughCredits):
        steering.retry(last)
    assert states(run)[4] == "held"
    ledger.adjust(poor, 10, actor=None, reason="no top-up", reference=uuid4())
    assert steering.retry(run.jobs.get(position=4))
    assert (states(run)[4], held(poor)) == ("queued", 60)


def test_job_15_beyond_the_approved_price_a_person_is_asked(poor: Member) -> None:
    run = short(poor, Short.HOLD, "a {red|blue|green} dune")
    for _ in range(prices.SURE):
        prices.learn(512, 512, "draft", 26)
    give_credits(poor, 100)
    last = run.jobs.get(position=2)
    assert (last.state, last.reason, held(poor)) == (State.HELD, Reason.PRICE, 40)
    assert "now costs up to 26 credits; up to 20 were approved" in meaning(last).why
    give_credits(poor, 100)  # it is not asked for again by itself
    assert states(run)[2] == "held"
    assert steering.retry(run.jobs.get(position=2))
    assert (states(run)[2], held(poor)) == ("queued", 66)


def test_job_15_a_lower_price_needs_nobody(poor: Member) -> None:
    run = short(poor, Short.HOLD, "a {red|blue|green} dune")
    prices.learn(512, 512, "draft", 10)
    give_credits(poor, 1)  # 11 are free
    assert (states(run)[2], held(poor)) == ("queued", 50)


class TestExplore:
    """The composer's two other buttons, with htmx and without."""

    @pytest.fixture
    def tab(self, member: MakeMember, signed_in: SignedIn) -> Client:
        person = member("designer")
        a_key()
        give_credits(person, 50)
        return signed_in(person)

    def test_the_refusal_names_the_amounts_and_offers_both_ways(self, tab: Client) -> None:
        for answer in (
            tab.post("/composer/estimate", posted(FIVE), headers=HTMX),
            tab.post("/runs", posted(FIVE), headers=HTMX),
            tab.post("/runs", posted(FIVE)),
        ):
            page = text(answer)
            assert "This run needs up to 100 credits and 50 are free: 2 images would fit." in page
            assert 'name="short" value="hold">Start what fits (2 of 5), hold the rest</button>' in page
            assert 'name="short" value="fit">Make only what fits (2)</button>' in page
        assert not Run.objects.exists()

    def test_the_way_is_not_offered_where_all_or_nothing_fits(self, tab: Client) -> None:
        for template in ("a dune", " ".join("{a|b|c}" for _ in range(6))):
            page = text(tab.post("/composer/estimate", posted(template), headers=HTMX))
            assert 'name="short"' not in page
        tab.post("/runs", posted("a {red|blue} dune"))
        assert 'name="short"' not in text(tab.post("/composer/estimate", posted(FIVE), headers=HTMX))

    @pytest.mark.parametrize(
        ("pressed", "found"), [("hold", ["queued"] * 2 + ["held"] * 3), ("fit", ["queued"] * 2)]
    )
    @pytest.mark.parametrize("headers", [HTMX, {}])
    def test_the_buttons_do_what_they_say(
        self, tab: Client, pressed: str, found: list[str], headers: dict[str, str]
    ) -> None:
        answer = tab.post("/runs", posted(FIVE, short=pressed), headers=headers)
        assert answer.status_code == (200 if headers else 302)
        assert states(Run.objects.get()) == found

    def test_what_nobody_offered_is_refused_as_before(self, tab: Client) -> None:
        assert tab.post("/runs", posted(FIVE, short="all")).status_code == 422
        assert tab.post("/runs", posted("", short="hold")).status_code == 422
        assert not Run.objects.exists()

    def test_generate_is_the_first_button_for_who_presses_enter(self, tab: Client) -> None:
        page = text(tab.post("/composer/estimate", posted(FIVE), headers=HTMX))
        assert page.index('id="generate"') < page.index('name="short"')
