"""A grid goes on where it was: after a stopped worker, after failures; every cell is bought once (A16)."""

from django.utils import timezone
from django.utils.module_loading import import_string

from studio.accounts.models import Member
from studio.accounts.plans import Plan
from studio.credits.check import check
from studio.credits.models import Entry
from studio.generation import batches
from studio.generation.grid import grid_of
from studio.generation.models import Job, Run
from tests.conftest import MakeMember
from tests.studio.generation import ringing
from tests.studio.generation.conftest import Hand
from tests.studio.generation.world import World, give_credits, give_key, held, start, states

GRID = "a {red|blue|green|black} {dune|sea|fjord|canyon|lake}"


def work_a_little(world: World, hand: Hand) -> None:
    """Do what one of the waiting bells asks for, or ask the provider how far it is."""
    if task := ringing.take():
        import_string(task["func"])(*task["args"])
        return
    hand.move(5)
    world.look()


def forget() -> None:
    """Lose every bell that waits."""
    while ringing.take():
        pass


def go_on(world: World, hand: Hand, run: Run) -> None:
    """Let the watcher and a new worker have their turns until all is done."""
    for _ in range(60):
        hand.move(5)
        world.tick()
        if set(states(run)) == {"done"}:
            return
    raise AssertionError(states(run))


def test_a_worker_stopped_in_mid_grid_and_started_again_ends_with_20_cells_and_20_charges(
    world: World, member: MakeMember, hand: Hand
) -> None:
    give_key(world, member("owner"), "sbx_starter", Plan.STARTER)  # three at once: seven rounds
    designer = member("designer")
    give_credits(designer, 1_000)
    run = start(designer, GRID)
    while states(run).count("queued") > 14:
        work_a_little(world, hand)
    forget()
    assert states(run).count("done") < 20
    go_on(world, hand, run)
    grid = grid_of(run, member=designer)
    assert [(len(cell.jobs), len(cell.images)) for cell in grid.cells] == [(1, 1)] * 20
    assert world.submissions() == 20
    assert Entry.objects.filter(kind="settle").count() == 20
    assert (held(designer), check().differences) == (0, ())


def test_three_that_failed_of_twenty_are_retried_and_nothing_else(
    world: World, designer: Member, hand: Hand
) -> None:
    run = start(designer, GRID)
    world.fault("http_400", count=3)
    world.finish()
    assert states(run).count("failed") == 3
    assert states(run).count("done") == 17
    failed = set(Job.objects.filter(run=run, state="failed").values_list("pk", flat=True))
    before = world.submissions()
    assert batches.retry_run(run).done == 3
    assert set(Job.objects.filter(run=run, state="queued").values_list("pk", flat=True)) == failed
    world.finish()
    assert (states(run), world.submissions() - before) == (["done"] * 20, 3)
    assert timezone.now() == hand.at
