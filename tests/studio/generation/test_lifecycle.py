"""A job from the line to its picture, and everything that may come in between (B2, B10, B11)."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from studio.accounts import keys
from studio.accounts.models import Key, KeyState, Member
from studio.accounts.plans import Plan
from studio.credits import prices
from studio.credits.ledger import NotEnoughCredits
from studio.credits.models import Account
from studio.generation import batches, disk, lifecycle, runs, steering, sweep
from studio.generation.models import Governor, Image, Job
from studio.generation.states import Reason, State
from studio.generation.wording import meaning
from studio.prompts import saved
from tests.conftest import MakeMember
from tests.studio.generation import ringing
from tests.studio.generation.world import (
    World,
    give_credits,
    give_key,
    held,
    only_job,
    recipe,
    spent,
    start,
    states,
)


def test_four_variations_become_four_images_and_their_price(world: World, designer: Member) -> None:
    run = start(designer, "a {red|blue} {dune|sea}")
    assert (states(run), held(designer)) == (["queued"] * 4, 80)
    world.finish()
    images = Image.objects.filter(job__run=run)
    assert states(run) == ["done"] * 4
    assert {image.prompt for image in images} == {"a red dune", "a red sea", "a blue dune", "a blue sea"}
    assert {(image.width, image.height, image.format) for image in images} == {(512, 512, "jpeg")}
    assert len({image.sha256 for image in images}) == 4
    assert (spent(designer), held(designer)) == (world.charged(), 0)
    assert world.charged() > 0
    call_command("check_ledger")


def test_dl_06_the_files_are_where_the_row_says(world: World, designer: Member, settings: object) -> None:
    run = start(designer)
    world.finish()
    image = Image.objects.get(job__run=run)
    original = settings.ORIGINALS / image.original  # type: ignore[attr-defined]
    assert original.stat().st_size == image.bytes
    assert original.stat().st_mode & 0o077 == 0
    names = sorted(path.name for path in (settings.PICTURES / image.token).iterdir())  # type: ignore[attr-defined]
    assert names == ["128.webp", "256.webp", "512.webp"]
    assert len(image.token) >= 22  # at least 128 bits
    assert image.colour.startswith("#")


def test_a_price_that_was_charged_is_the_price_next_time(world: World, designer: Member) -> None:
    world.finish() if start(designer, parameters={"quality": "high"}) else None
    before = spent(designer)
    run = start(designer, parameters={"quality": "high"})
    assert held(designer) == before
    world.finish()
    assert states(run) == ["done"]


@pytest.mark.parametrize(
    ("fault", "state", "reason", "held_after"),
    [
        ("http_400", State.FAILED, Reason.REFUSED, 0),
        ("http_403", State.FAILED, Reason.REFUSED, 0),
        ("http_401", State.HELD, Reason.KEY, 20),
        ("http_402", State.HELD, Reason.CREDITS, 20),
        ("http_502", State.UNKNOWN, Reason.NO_ANSWER, 20),
        ("http_504", State.UNKNOWN, Reason.NO_ANSWER, 20),
        ("html", State.UNKNOWN, Reason.NO_ANSWER, 20),
        ("invalid_json", State.UNKNOWN, Reason.NO_ANSWER, 20),
    ],
)
def test_prv_01_each_refusal_leads_to_its_state_and_says_why(
    world: World, designer: Member, fault: str, state: State, reason: Reason, held_after: int
) -> None:
    world.fault(fault)
    job = only_job(start(designer))
    world.listen()
    job.refresh_from_db()
    assert (job.state, job.reason, held(designer)) == (state, reason, held_after)
    words = meaning(job)
    assert words.title
    assert words.why.endswith((".", ".”"))
    assert words.actions
    assert job.attempts.get().sentence


def test_a_rate_limit_is_waited_out_and_not_counted_as_a_try(world: World, designer: Member) -> None:
    world.fault("http_429", count=1)
    job = only_job(start(designer))
    world.listen()
    job.refresh_from_db()
    assert (job.state, job.tries) == (State.QUEUED, 0)
    assert Governor.objects.get(pk=job.key.account, paused_until__gt=timezone.now())
    assert world.listen() == 0  # while the key waits nobody is asked


def test_prv_11_an_error_of_the_provider_is_tried_three_more_times(world: World, designer: Member) -> None:
    world.fault("http_500")
    job = only_job(start(designer))
    for tries in range(1, 5):
        world.listen()
        job.refresh_from_db()
        assert job.tries == tries
        Job.objects.filter(pk=job.pk).update(not_before=None)
        sweep.sweep(timezone.now())
    assert (job.state, job.reason, job.possibly_charged, held(designer)) == (
        State.FAILED,
        "provider",
        True,
        0,
    )
    assert job.attempts.count() == 4


def test_prv_12_what_may_have_been_bought_is_never_sent_again_by_itself(
    world: World, designer: Member
) -> None:
    world.fault("http_502")
    job = only_job(start(designer))
    world.listen()
    world.clear()
    for _ in range(5):
        sweep.sweep(timezone.now())
        world.finish()
    job.refresh_from_db()
    assert (job.state, job.attempts.count()) == (State.UNKNOWN, 1)


def test_a_person_may_send_an_unknown_one_again(world: World, designer: Member) -> None:
    world.fault("http_502", count=1)
    run = start(designer)
    world.listen()
    assert steering.retry(only_job(run))
    assert held(designer) == 20  # the old hold is gone, the new one is open
    world.finish()
    assert (states(run), held(designer)) == (["done"], 0)
    assert only_job(run).purchases.count() == 2


def test_giving_up_on_an_unknown_one_releases_its_hold(world: World, designer: Member) -> None:
    world.fault("http_502", count=1)
    run = start(designer)
    world.listen()
    assert steering.give_up(only_job(run))
    assert (states(run), held(designer)) == (["failed"], 0)
    assert "ossibly charged" in meaning(only_job(run)).cost


def test_prv_09_a_refused_key_holds_the_line_and_a_new_one_releases_it(
    world: World, designer: Member, member: MakeMember
) -> None:
    world.fault("http_401", count=1)
    run = start(designer, "a {red|blue|green} dune")
    world.listen()
    assert states(run) == ["held"] * 3
    assert Key.objects.get(member=None).state == KeyState.REFUSED
    give_key(world, member("owner"), "sbx_pro", Plan.PRO)
    world.finish()
    assert (states(run), held(designer)) == (["done"] * 3, 0)


def test_prv_10_an_empty_account_holds_the_line_and_a_top_up_releases_it(
    world: World, designer: Member
) -> None:
    world.fault("http_402", count=1)
    run = start(designer, "a {red|blue} dune")
    world.listen()
    assert states(run) == ["held"] * 2
    give_credits(designer, 10)
    world.finish()
    assert (states(run), held(designer)) == (["done"] * 2, 0)


def test_a_key_of_ones_own_corrects_the_ledger_to_what_the_provider_says(
    world: World, member: MakeMember
) -> None:
    person = member("designer")
    give_key(world, person, "sbx_broke", Plan.FREE, own=True)
    give_credits(person, 500)
    run = start(person)
    world.listen()
    said = world.control("GET", "/keys/sbx_broke")["credits"]
    assert states(run) == ["held"]
    person.account.refresh_from_db()
    assert person.account.balance == said
    assert world.listen() == 0  # the correction is no top-up: nothing is sent again
    call_command("check_ledger")


def test_being_told_twice_charges_and_saves_once(world: World, designer: Member) -> None:
    run = start(designer)
    world.listen()
    job = only_job(run)
    [generation] = world.client_generations(job)
    told = [lifecycle.absorb(only_job(run), generation, now=timezone.now()) for _ in range(5)]
    world.finish()
    assert told == [True, False, False, False, False]
    assert (states(run), Image.objects.count(), spent(designer)) == (["done"], 1, world.charged())


def test_a_job_the_provider_failed_costs_nothing(world: World, designer: Member) -> None:
    world.fault("failed_job")
    run = start(designer)
    world.finish()
    job = only_job(run)
    assert (job.state, job.reason, held(designer), spent(designer)) == (State.FAILED, "provider", 0, 0)
    assert meaning(job).cost == "Not charged"


@pytest.mark.parametrize("fault", ["image_truncated", "image_not_an_image", "image_html"])
def test_a_paid_picture_that_cannot_be_kept_is_fetched_again_and_not_bought_again(
    world: World, designer: Member, fault: str
) -> None:
    world.fault(fault)
    run = start(designer)
    for _ in range(4):
        world.finish()
        Job.objects.filter(run=run, state=State.SAVING).update(lease_until=None)
        sweep.sweep(timezone.now())
    job = only_job(run)
    assert (job.state, job.reason, spent(designer)) == (State.FAILED, "save", world.charged())
    world.clear()
    assert steering.retry(job)
    world.finish()
    assert (states(run), world.submissions(), spent(designer)) == (["done"], 1, world.charged())


def test_cancelling_in_line_costs_nothing_and_a_retry_holds_again(world: World, designer: Member) -> None:
    run = start(designer, "a {red|blue} dune")
    assert batches.cancel_run(run).done == 2
    assert (states(run), held(designer)) == (["cancelled"] * 2, 0)
    job = Job.objects.filter(run=run).first()
    assert job is not None
    assert steering.retry(job)
    assert held(designer) == 20


def test_stopping_to_wait_still_books_what_it_cost(designer: Member, world: World) -> None:
    world.control("PUT", "/keys/sbx_enterprise", {"latency": "5"})
    run = start(designer)
    world.listen()
    assert steering.cancel(only_job(run))
    assert (states(run), held(designer)) == (["cancelled"], 20)
    world.clock.ahead += 10
    world.finish()
    assert (states(run), held(designer), spent(designer)) == (["cancelled"], 0, world.charged())
    assert world.charged() > 0


def test_a_worker_that_died_while_sending_leaves_an_unknown_and_no_second_request(
    world: World, designer: Member
) -> None:
    run = start(designer)
    Job.objects.filter(run=run).update(state=State.SENDING, lease_until=timezone.now() - timedelta(seconds=1))
    sweep.sweep(timezone.now())
    world.finish()
    assert (states(run), held(designer), world.charged()) == (["unknown"], 20, 0)


def test_a_job_without_news_becomes_overdue_and_late_news_still_counts(
    world: World, designer: Member
) -> None:
    world.control("PUT", "/keys/sbx_enterprise", {"latency": "5"})
    run = start(designer)
    world.listen()
    Job.objects.filter(run=run).update(sent_at=timezone.now() - timedelta(minutes=11))
    sweep.sweep(timezone.now())
    assert states(run) == ["overdue"]
    world.clock.ahead += 10
    world.finish()
    assert (states(run), held(designer)) == (["done"], 0)


def test_a_dropped_bell_is_rung_again_by_the_sweep(world: World, designer: Member) -> None:
    run = start(designer)
    ringing.silence()
    sweep.sweep(timezone.now())
    world.finish()
    assert states(run) == ["done"]


def test_the_same_form_twice_is_one_run(world: World, designer: Member) -> None:
    first = runs.start(designer, recipe("a dune"), token="a" * 32)
    again = runs.start(designer, recipe("a dune"), token="a" * 32)
    assert (first.pk, held(designer)) == (again.pk, 20)
    with pytest.raises(runs.OtherRecipe):
        runs.start(designer, recipe("another dune"), token="a" * 32)
    with pytest.raises(runs.OtherRecipe):  # the same words, in another place or at another time
        runs.start(designer, recipe("a dune", board_id=uuid4()), token="a" * 32)
    with pytest.raises(runs.OtherRecipe):
        runs.start(designer, recipe("a dune", starts_at=timezone.now()), token="a" * 32)


def test_the_same_form_with_another_lane_draw_or_experiment_is_told(world: World, designer: Member) -> None:
    first = runs.start(designer, recipe("a dune"), token="a" * 32)
    chosen = recipe("a dune", experiment_id=first.experiment_id)
    for other in (recipe("a dune", background=True), recipe("a dune", draw=7)):
        with pytest.raises(runs.OtherRecipe):
            runs.start(designer, other, token="a" * 32)
    second = runs.start(designer, chosen, token="b" * 32)
    assert second == runs.start(designer, chosen, token="b" * 32)
    for other in (recipe("a dune"), recipe("a dune", experiment_id=uuid4())):
        with pytest.raises(runs.OtherRecipe):
            runs.start(designer, other, token="b" * 32)
    version = saved.create(designer, name="Dune", template="a dune").pk
    with pytest.raises(runs.OtherRecipe):
        runs.start(designer, recipe("a dune", version_id=version), token="a" * 32)


def test_a_run_that_does_not_fit_is_refused_whole(world: World, designer: Member) -> None:
    with pytest.raises(NotEnoughCredits):
        start(designer, "a dune", each=4, width=2048, height=2048, parameters={}) and start(
            designer, " ".join(["{a|b|c|d}"] * 3), each=1
        )
    assert Job.objects.filter(state=State.QUEUED).count() == 4


def test_what_waits_for_a_key_that_was_put_away_goes_on_with_the_next(
    world: World, designer: Member, member: MakeMember
) -> None:
    run = start(designer, "a {red|blue} dune")
    keys.disable(Key.objects.get(member=None), designer)
    sweep.sweep(timezone.now())
    assert states(run) == ["held"] * 2
    give_key(world, member("owner"), "sbx_pro", Plan.PRO)
    world.finish()
    assert (states(run), held(designer)) == (["done"] * 2, 0)


def test_a_correction_does_not_count_twice_what_the_provider_is_making(
    world: World, member: MakeMember
) -> None:
    person = member("designer")
    give_key(world, person, "sbx_starter", Plan.STARTER, own=True)
    world.control("PUT", "/keys/sbx_starter", {"latency": "5", "credits": 15})
    give_credits(person, 1_000)
    prices.learn(512, 512, "draft", 10)
    run = start(person, "a {red|blue} dune")
    world.listen()
    assert states(run) == ["processing", "held"]
    account = Account.objects.get(pk=person.pk)
    assert (account.balance, account.held) == (15, 20)  # 5 available there, and 10 for the one being made
    world.clock.ahead += 10
    world.finish()
    account.refresh_from_db()
    assert account.balance == world.control("GET", "/keys/sbx_starter")["credits"] == 5


def test_ops_03_a_full_disk_is_waited_out_and_nothing_is_bought_again(
    world: World, designer: Member, settings: Settings, data_dir: Path
) -> None:
    run = start(designer)
    blocked = data_dir / "blocked"
    blocked.write_text("no folder can be made here")
    settings.ORIGINALS, free = blocked, settings.ORIGINALS
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disk, "short", str)  # there was room when it was sent
        for _ in range(5):
            world.finish()
            Job.objects.filter(run=run).update(lease_until=None)
            sweep.sweep(timezone.now())
    assert states(run) == ["saving"]
    settings.ORIGINALS = free
    world.finish()
    assert (states(run), world.submissions(), spent(designer)) == (["done"], 1, world.charged())


def test_what_a_revoked_key_bought_arrives_by_the_key_that_took_its_place(
    world: World, member: MakeMember
) -> None:
    person = member("designer")
    give_key(world, person, "sbx_starter", Plan.STARTER, own=True)
    give_credits(person, 1_000)
    world.control("PUT", "/keys/sbx_starter", {"latency": "5"})
    run = start(person, "a {red|blue} dune")
    world.listen()
    assert states(run) == ["processing"] * 2
    give_key(world, person, "sbx_starter_b", Plan.STARTER, own=True)
    world.control("PUT", "/keys/sbx_starter", {"disabled": True})
    world.clock.ahead += 10
    world.finish()
    assert (states(run), held(person), spent(person)) == (["done"] * 2, 0, world.charged())


def test_job_14_what_a_member_who_left_had_in_line_is_not_bought(world: World, designer: Member) -> None:
    run = start(designer, "a {red|blue} dune")
    Member.objects.filter(pk=designer.pk).update(is_active=False)
    world.finish()
    sweep.sweep(timezone.now())
    world.finish()
    assert (states(run), world.charged()) == (["queued"] * 2, 0)


def test_prv_06_no_answer_of_the_provider_makes_a_balance_grow(world: World, member: MakeMember) -> None:
    person = member("designer")
    give_key(world, person, "sbx_pro", Plan.PRO, own=True)
    give_credits(person, 100)
    world.fault("http_402", key="sbx_pro", count=1)
    run = start(person)
    world.listen()
    assert (states(run), Account.objects.get(pk=person.pk).balance) == (["held"], 100)
