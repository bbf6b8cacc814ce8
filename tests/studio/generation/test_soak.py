"""Hours of faults in a minute: nothing grows, and the books stay exact (LOAD-06)."""

import gc
import os
from pathlib import Path

import pytest
from django.utils import timezone

from studio.accounts.models import Member
from studio.credits.check import check
from studio.generation import sweep
from studio.generation.models import Job
from studio.generation.states import State
from tests.studio.generation.conftest import Hand
from tests.studio.generation.world import World, give_credits, start

ROUNDS, EACH = 10, 6
WARM = 5  # rounds after which everything that is kept for good has been read
GROWTH = 1.10
# what needs no wire to be cut, stops no line and is not slow on purpose
FAULTS = [
    "http_400", "http_500", "http_502", "http_503", "http_504", "accept_then_500", "accept_then_502",
    "html", "invalid_json", "empty_body", "json_list", "missing_fields", "wrong_types", "partial_data",
    "errors_in_200", "failed_job", "queued", "strange_status", "completed_without_url", "url_elsewhere",
    "surge_price", "sync", "image_truncated", "image_not_an_image", "image_html", "image_svg",
    "image_bomb", "image_wrong_size", "image_empty", "image_404", "image_503",
]  # fmt: skip
RESTS = {State.DONE, State.FAILED, State.UNKNOWN, State.OVERDUE, State.SAVING, State.PROCESSING}


def memory() -> int:
    """Return the bytes that this process has in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def files() -> int:
    """Return how many files and sockets this process holds open."""
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("seed", [1])
def test_load_06_a_long_storm_leaves_memory_files_and_books_as_they_were(
    world: World, designer: Member, hand: Hand, seed: int
) -> None:
    give_credits(designer, 10_000)
    storm = {"rate": 20, "seed": seed, "only": FAULTS}
    world.control("PUT", "/keys/sbx_enterprise/storm", storm)
    sizes, handles = [], []
    for _ in range(ROUNDS):
        start(designer, "a {red|blue|green} {dune|sea}", each=EACH // 6)
        for _ in range(4):
            world.tick()
            hand.move(30)
        sizes.append(memory())
        handles.append(files())
    world.control("DELETE", "/keys/sbx_enterprise/storm")
    for _ in range(30):
        world.tick()
        hand.move(60)
    sweep.sweep(timezone.now())
    assert Job.objects.count() == ROUNDS * EACH
    assert set(Job.objects.values_list("state", flat=True)) <= RESTS
    assert check().differences == ()
    assert max(handles[WARM:]) <= handles[WARM] + 2
    assert sizes[-1] <= GROWTH * sizes[WARM]
