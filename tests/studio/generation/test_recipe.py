"""What is previewed is what is queued, and what it says to cost is what is held (A4, A9, A10)."""

import time
from uuid import uuid4

import pytest
from django.conf import settings as configured
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.credits import prices
from studio.credits.ledger import NotEnoughCredits
from studio.credits.models import Account, Entry
from studio.generation import drafts, runs
from studio.generation.estimate import estimate
from studio.generation.forms import ComposerForm
from studio.generation.models import Job, Run
from studio.generation.recipe import plan
from studio.prompts.expansion import expand
from tests.studio.generation.rows import a_job, a_key, a_member, a_run, an_image
from tests.studio.generation.world import give_credits, held, recipe

MOST = configured.RUN_MOST_IMAGES
words = st.text(alphabet="abc ,", max_size=4)
templates = st.recursive(
    words,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4).map(lambda options: "{" + "|".join(options) + "}")
        | st.lists(inner, min_size=1, max_size=3).map("".join)
    ),
    max_leaves=10,
)


def fields(template: str, **more: str) -> dict[str, str]:
    known = {"template": template, "shape": "1x1", "size": "512", "each": "1", "quality": "draft"}
    return {**known, "visibility": "team", "token": uuid4().hex, **more}


@pytest.mark.usefixtures("db")
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(template=templates, each=st.integers(1, 4))
def test_the_number_queued_is_the_number_previewed_and_the_credits_shown_are_held(
    template: str, each: int
) -> None:
    member = a_member(f"{uuid4()}@studio.example")
    a_key(member)
    give_credits(member, 100_000)
    form = ComposerForm(fields(f"x {template}", each=str(each)), member=member)
    shown = estimate(member, form)
    if shown.plan is None or shown.blocked:
        assert shown.blocked.endswith(".")
        assert shown.plan is not None
        assert shown.plan.too_many
        return
    run = runs.start(member, form.recipe(), token=form.cleaned_data["token"])
    queued = list(Job.objects.filter(run=run).order_by("position").values_list("prompt", flat=True))
    assert len(queued) == shown.images
    assert queued[::each][:20] == [variation.prompt for variation in shown.preview]
    assert len(set(queued)) * each == len(queued)
    assert held(member) == shown.plan.most
    assert shown.available - held(member) == shown.after[0]


@pytest.mark.usefixtures("db")
def test_a_thousand_million_combinations_are_counted_refused_and_not_built() -> None:
    member = a_member()
    a_key(member)
    give_credits(member, 1_000)
    form = ComposerForm(fields(" ".join(["{a|b|c|d|e|f|g|h|i|j}"] * 9)), member=member)
    started = time.process_time()
    shown = estimate(member, form)
    assert shown.images == 10**9
    assert f"{10**9 - MOST:,} more than one run may have" in shown.blocked
    assert len(shown.preview) == 20
    with pytest.raises(runs.TooMany):
        runs.start(member, form.recipe(), token="a" * 32)
    assert time.process_time() - started < 1
    assert (Run.objects.count(), Job.objects.count(), held(member)) == (0, 0, 0)


@pytest.mark.parametrize(
    "template",
    ["{a|a}" * 26, "{|}" * 1_300, "{" * 19 + "a|b" + "}" * 19, "{{a|a}|{a|a}}" * 300, "{a|a|a|a}" * 400],
)
def test_a_template_that_says_one_thing_many_times_is_previewed_at_once(template: str) -> None:
    started = time.process_time()
    found = expand(template, most=400)
    assert time.process_time() - started < 2
    assert 1 <= len(found.variations) <= max(20, found.count if found.built else 0)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("images", "over"), [(MOST, 0), (MOST + 1, 1), (2 * MOST, MOST)])
def test_the_ceiling_is_exact(images: int, over: int) -> None:
    options = "|".join(f"a{number}" for number in range(images))
    assert plan(recipe("{" + options + "}"), most_images=MOST).too_many == over
    assert plan(recipe("{" + options + "}", each=2), most_images=MOST).too_many == 2 * images - MOST


@pytest.mark.usefixtures("db")
def test_one_credit_too_few_refuses_the_whole_run_and_holds_nothing() -> None:
    member = a_member()
    a_key(member)
    give_credits(member, 79)
    form = ComposerForm(fields("a {red|blue} {dune|sea}"), member=member)
    shown = estimate(member, form)
    assert "up to 80 credits and 79 are free: 3 images would fit" in shown.blocked
    with pytest.raises(NotEnoughCredits):
        runs.start(member, form.recipe(), token="a" * 32)
    assert (Run.objects.count(), Job.objects.count(), held(member)) == (0, 0, 0)
    assert not Entry.objects.filter(kind="hold").exists()
    give_credits(member, 1)
    assert estimate(member, form).blocked == ""


@pytest.mark.usefixtures("db")
def test_a_price_that_was_charged_is_the_price_shown_and_held() -> None:
    member = a_member()
    a_key(member)
    give_credits(member, 1_000)
    prices.learn(512, 512, "draft", 13)
    form = ComposerForm(fields("a {red|blue} dune"), member=member)
    shown = estimate(member, form)
    assert shown.button == "Generate 2 images · 26 credits"
    runs.start(member, form.recipe(), token="a" * 32)
    assert held(member) == 26


@pytest.mark.usefixtures("db")
def test_the_button_says_how_many_and_from_what_to_what() -> None:
    member = a_member()
    a_key(member)
    give_credits(member, 2_000)
    shown = estimate(member, ComposerForm(fields("a {1|2|3} {4|5|6|7} dune"), member=member))
    assert shown.button == "Generate 12 images · 120–240 credits"
    assert shown.cost["leaves"] == "1,760–1,880"


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("balance", [-50, 0])
def test_an_account_with_nothing_or_less_is_told_so(balance: int) -> None:
    member = a_member()
    a_key(member)
    Account.objects.update_or_create(member=member, defaults={"balance": balance, "held": 0})
    shown = estimate(member, ComposerForm(fields("a dune"), member=member))
    assert "0 are free: None would fit" in shown.blocked


@pytest.mark.usefixtures("db")
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="ab {}|\\$_,.é", min_size=1, max_size=30))
def test_a_remix_means_exactly_the_prompt_that_was_made(prompt: str) -> None:
    prompt = " ".join(prompt.split()).replace("__", "_")
    member = a_member(f"{uuid4()}@studio.example")
    image = an_image(a_job(a_run(member, a_key(member)), prompt=prompt))
    draft = drafts.remix(member, image)
    found = expand(draft.fields["template"], most=10)
    assert (found.count, found.variations[0].prompt) == (1, prompt)
    assert expand(draft.fields["template"], most=0).count == 1
