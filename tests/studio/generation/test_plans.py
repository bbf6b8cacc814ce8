"""What is previewed is what is queued, whatever the template and its axes; what a cell costs (A9, A12)."""

from collections import Counter
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from studio.accounts.models import Member
from studio.credits import ledger, prices
from studio.credits.models import Entry
from studio.generation import fitting, runs, unpaid
from studio.generation.axes import Axis, Kind, Place
from studio.generation.fitting import Short
from studio.generation.models import Job, Purchase
from studio.generation.recipe import Plan, plan
from studio.generation.states import Reason, State
from studio.prompts.grammar import PromptError
from studio.prompts.models import Style
from studio.prompts.styles import UnknownStyle
from tests.studio.generation.rows import a_key, a_member
from tests.studio.generation.world import give_credits, held, recipe

MOST = 24
EXAMPLES = 1_000

begins = st.sampled_from(["", "~", "@", "2$$", "1-2$$ and $$"])
plain = st.text(alphabet="abc ,", max_size=4)
templates = st.recursive(
    plain,
    lambda inner: (
        st.tuples(begins, st.lists(inner, min_size=1, max_size=3)).map(
            lambda made: "{" + made[0] + "|".join(made[1]) + "}"
        )
        | st.lists(inner, min_size=1, max_size=3).map("".join)
        | st.lists(inner, min_size=2, max_size=3).map(" | x".join)
    ),
    max_leaves=8,
)  # fmt: skip


def places(*does: str) -> tuple[Place, ...]:
    return tuple(Place(label=one or "–", does=one) for one in does)


SIZES = Axis(kind=Kind.SIZE, label="Size", places=places("512x512", "1024x1024", "2048x2048"))
QUALITIES = Axis(kind=Kind.QUALITY, label="Quality", places=places("draft", "high"))
WORDS = Axis(kind=Kind.REPLACE, label="dune", word="dune", places=places("dune", "{red|blue} sea", ""))
STYLES = Axis(kind=Kind.STYLE, label="Style", places=places("", "oil of {prompt}", "in ink"))
axes = st.lists(st.sampled_from([SIZES, QUALITIES, WORDS, STYLES]), max_size=3, unique=True)


@pytest.mark.usefixtures("db")
@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(template=templates, chosen=axes, each=st.integers(1, 3), draw=st.integers(0, 99))
@example(template="{a|b} | x", chosen=[SIZES, WORDS], each=2, draw=0)
def test_the_number_previewed_is_the_number_queued_over_any_axes(
    template: str, chosen: list[Axis], each: int, draw: int
) -> None:
    asked = recipe(f"dune {template}", each=each, axes=tuple(chosen), draw=draw)
    try:
        found = plan(asked, most_images=MOST)
    except PromptError:
        return
    if found.too_many or found.flaw:
        assert found.too_many or found.flaw.endswith(".")
        assert len(found.variations) <= 20 or found.expansion.built
        return
    member = Member.objects.filter(email="designer@studio.example").first() or rich()
    before = held(member)
    run = runs.start(member, asked, token=uuid4().hex)
    jobs = list(Job.objects.filter(run=run).order_by("position"))
    assert len(jobs) == found.images == len(found.cells)
    shown = [(one.prompt, one.width, one.height, one.quality, list(one.picks)) for one in found.cells]
    assert [(job.prompt, job.width, job.height, job.quality, job.picks) for job in jobs] == shown
    assert (
        len({(job.prompt, job.width, job.height, job.quality) for job in jobs[::each]}) == len(jobs) // each
    )
    assert all(
        len(job.picks) == len(run.axes)
        and all(pick in axis["values"] for pick, axis in zip(job.picks, run.axes, strict=True))
        for job in jobs
    )
    assert held(member) - before == found.most == sum(job.approved or 0 for job in jobs)
    assert found.least <= found.most


def rich() -> Member:
    member = a_member()
    a_key(member)
    give_credits(member, 100_000_000)
    return member


def made(template: str, *chosen: Axis, each: int = 1, most: int = 400, **more: object) -> Plan:
    return plan(recipe(template, each=each, axes=chosen, **more), most_images=most)


@pytest.mark.usefixtures("db")
def test_each_cell_has_its_own_prompt_size_quality_picks_and_price() -> None:
    found = made("a {red|blue} dune", SIZES, QUALITIES)
    first, last = found.cells[0], found.cells[-1]
    assert (first.prompt, first.width, first.quality, first.picks) == (
        *("a red dune", 512, "draft"),
        ("512x512", "draft", "red"),
    )
    assert (last.prompt, last.width, last.quality, last.picks) == (
        *("a blue dune", 2048, "high"),
        ("2048x2048", "high", "blue"),
    )
    assert (first.price.high, last.price.high) == (20, 50)
    assert (found.images, found.least, found.most) == (12, 8 * 10 + 4 * 30, 8 * 20 + 4 * 50)
    assert (found.price.low, found.price.high, found.price.label) == (10, 50, "by size and quality")


@pytest.mark.usefixtures("db")
def test_a_price_that_was_learned_is_the_price_of_its_cells_alone() -> None:
    prices.learn(1024, 1024, "high", 17)
    found = made("a dune", SIZES, QUALITIES)
    assert [(cell.price.low, cell.price.high) for cell in found.cells[2:4]] == [(10, 20), (17, 17)]


@pytest.mark.usefixtures("db")
def test_a_plan_takes_one_query_for_prices_however_many_sizes(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        made("a {1|2|3|4|5} dune", SIZES, QUALITIES)


@pytest.mark.usefixtures("db")
def test_axes_beyond_all_bounds_are_counted_and_not_built() -> None:
    many = tuple(
        Axis(kind=Kind.REPLACE, label=word, word=word, places=places(*(f"{word}{n}" for n in range(100))))
        for word in ("one", "two", "three")
    )
    found = made("one two three {a|b}", *many, SIZES, each=2)
    assert found.images == 2 * 2 * 3 * 100**3
    assert found.too_many == found.images - 400
    assert len(found.variations) == 20
    assert found.most == 2 * 2 * 100**3 * (20 + 20 + 50)


@pytest.mark.usefixtures("db")
def test_a_few_more_than_there_may_be_are_counted_exactly() -> None:
    assert made("a {red|blue|green} dune", SIZES, STYLES, most=26).too_many == 1
    assert made("a {red|blue|green} dune", SIZES, STYLES, most=27).too_many == 0


@pytest.mark.usefixtures("db")
def test_styles_go_around_the_words_and_the_style_of_an_axis_around_those() -> None:
    style = Style.objects.create(name="Film", text="still of {prompt}", made_by=a_member())
    found = made("a dune | fog", WORDS, STYLES, styles=(style.pk,))
    assert found.cells[0].prompt == "still of a dune"
    assert found.cells[3].prompt == "oil of still of a dune, fog"
    assert [axis.kind for axis in found.axes][:2] == [Kind.REPLACE, Kind.STYLE]
    with pytest.raises(UnknownStyle):
        made("a dune", styles=(uuid4(),))


@pytest.mark.usefixtures("db")
def test_more_choices_than_axes_become_one_axis() -> None:
    found = made("{a|b} {c|d} {e|f}", SIZES, QUALITIES)
    assert [axis.labels for axis in found.axes[2:]] == [("a", "b"), ("c, e", "c, f", "d, e", "d, f")]
    assert len(found.cells) == 2 * 3 * 8
    assert made("{a|b}", SIZES, QUALITIES, WORDS, STYLES).flaw.startswith("The prompt varies by itself")
    assert made("a dune", SIZES, QUALITIES, WORDS, STYLES).flaw.startswith("The prompt varies")  # by a value


@pytest.mark.usefixtures("db")
def test_optional_parts_are_axes_with_the_part_as_their_name() -> None:
    found = made("base | fog | neon")
    assert [(axis.kind, axis.label, axis.labels) for axis in found.axes] == [
        (Kind.PART, "fog", ("", "fog")),
        (Kind.PART, "neon", ("", "neon")),
    ]
    assert len(found.cells) == 4


@pytest.mark.usefixtures("db")
def test_what_is_random_is_drawn_for_each_repeat_and_alike_along_an_axis() -> None:
    found = made("a {~red|blue|green|black|white|grey} dune", QUALITIES, each=4, draw=5)
    assert len(found.axes) == 1
    drafts, highs = found.cells[:4], found.cells[4:]
    assert [one.prompt for one in drafts] == [one.prompt for one in highs]
    assert len({one.prompt for one in drafts}) > 1


@pytest.mark.usefixtures("db")
def test_words_that_become_too_many_in_a_style_are_refused_with_a_sentence() -> None:
    long = Axis(kind=Kind.STYLE, label="Style", places=places("", "x" * 4_000))
    with pytest.raises(PromptError, match=r"^Style “x+”: .*4,\d\d\d"):
        made("a dune", long)
    broken = Axis(kind=Kind.STYLE, label="Style", places=places("", "in {oil"))
    with pytest.raises(PromptError, match=r"^Style “in \{oil”: ") as caught:
        made("a dune", broken)
    assert caught.value.expected  # what was expected is said with the place, too


class TestShort:
    """Credits that do not reach for cells of several prices."""

    @pytest.fixture
    def poor(self, db: None) -> Member:
        person = a_member()
        a_key(person)
        give_credits(person, 100)
        return person

    def test_what_fits_is_spread_and_the_dear_ones_are_passed_over(self, poor: Member) -> None:
        asked = recipe("a {red|blue} dune", axes=(SIZES,))  # 4 of 20 and 2 of 50
        found = plan(asked, most_images=400)
        paid = fitting.paid_for(found, 100)
        assert sum(found.cells[place].price.high for place in paid) <= 100
        assert fitting.fits(found, 100) == len(paid) >= 3
        run = runs.start(poor, asked, token=uuid4().hex, short=Short.HOLD)
        jobs = list(run.jobs.order_by("position"))
        assert [place for place, job in enumerate(jobs) if job.state == State.QUEUED] == paid
        amounts = Entry.objects.filter(kind="hold").values_list("reference", "posted")
        assert {reference for reference, _ in amounts} == {jobs[place].purchase for place in paid}
        assert held(poor) == sum(jobs[place].approved or 0 for place in paid)

    def test_only_what_fits_is_made(self, poor: Member) -> None:
        run = runs.start(poor, recipe("a dune", axes=(SIZES,), each=2), token=uuid4().hex, short=Short.FIT)
        assert Counter(run.jobs.values_list("width", flat=True)) == {512: 1, 1024: 1, 2048: 1}
        assert held(poor) == 90

    def test_job_15_each_image_is_asked_about_beyond_its_own_price(self, poor: Member) -> None:
        ledger.adjust(poor, -60, actor=None, reason="leave 40", reference=uuid4())
        run = runs.start(poor, recipe("a dune", axes=(SIZES,)), token=uuid4().hex, short=Short.HOLD)
        last = run.jobs.get(width=2048)
        assert (last.state, last.approved, run.most_each) == (State.HELD, 50, 50)
        middle = run.jobs.get(width=1024)
        Purchase.objects.filter(job=middle).delete()
        Job.objects.filter(pk=middle.pk).update(state=State.HELD, reason=Reason.CREDITS)
        middle.refresh_from_db()
        assert not unpaid.go_on(middle, middle.key, 26)  # above its own 20, though the run's dearest has 50
        middle.refresh_from_db()
        assert (middle.reason, middle.detail.split(";")[1]) == (Reason.PRICE, " up to 20 were approved.")
