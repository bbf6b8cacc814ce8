"""What becomes of one job when the provider does each thing of its sandbox's list (PRV-01, PRV-02, S82).

The table of errors of the provider's documentation stands here line by line: what a job is at once, and
what it comes to by itself once the provider is well again. Nobody presses a button.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from pytest_django.fixtures import Settings

from studio.accounts.models import Key, KeyState, Member
from studio.credits.check import check
from studio.doitong import Status
from studio.generation import sweep
from studio.generation.models import Image, Job
from studio.generation.states import Reason, State
from studio.generation.wording import meaning
from studio.sandbox.catalogue import CATALOGUE
from studio.sandbox.errors import ConnectionDropped, NeverAnswered
from studio.sandbox.expected import EXPECTED
from tests.studio.generation.conftest import Hand
from tests.studio.generation.test_setbacks import nobody_there
from tests.studio.generation.world import World, held, only_job, spent, start

HOLD = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a fault leads to: at once, and by itself once it is over; whether it may have been bought."""

    at_once: State
    reason: str = ""
    later: State
    doubt: bool = False
    key: KeyState = KeyState.OK
    bought: int = 1


DONE = Line(at_once=State.DONE, later=State.DONE)
REFUSED = Line(at_once=State.FAILED, reason=Reason.REFUSED, later=State.FAILED, bought=0)
WAITS = Line(at_once=State.QUEUED, later=State.DONE)
AGAIN = Line(at_once=State.QUEUED, later=State.DONE, doubt=True)
TWICE = Line(at_once=State.QUEUED, later=State.DONE, doubt=True, bought=2)
NOTHING_KNOWN = Line(
    at_once=State.UNKNOWN, reason=Reason.NO_ANSWER, later=State.UNKNOWN, doubt=True, bought=0
)
BOUGHT_UNHEARD = Line(at_once=State.UNKNOWN, reason=Reason.NO_ANSWER, later=State.UNKNOWN, doubt=True)
NO_KEY = Line(at_once=State.HELD, reason=Reason.KEY, later=State.HELD, key=KeyState.REFUSED, bought=0)
NO_CREDITS = Line(
    at_once=State.HELD, reason=Reason.CREDITS, later=State.HELD, key=KeyState.NO_CREDITS, bought=0
)
ORDERS: dict[str, Line] = {
    "http_400": REFUSED, "http_403": REFUSED, "http_404": REFUSED, "http_408": REFUSED, "http_413": REFUSED,
    "http_401": NO_KEY, "http_402": NO_CREDITS, "drain": NO_CREDITS, "http_429": WAITS,
    "http_500": AGAIN, "http_503": AGAIN, "accept_then_500": TWICE, "accept_then_503": TWICE,
    "http_502": NOTHING_KNOWN, "http_504": NOTHING_KNOWN,
    "drop": NOTHING_KNOWN, "hang": NOTHING_KNOWN,
    "accept_then_502": BOUGHT_UNHEARD, "accept_then_504": BOUGHT_UNHEARD,
    "accept_then_drop": BOUGHT_UNHEARD, "accept_then_hang": BOUGHT_UNHEARD,
    "html": BOUGHT_UNHEARD, "invalid_json": BOUGHT_UNHEARD, "empty_body": BOUGHT_UNHEARD,
    "json_list": BOUGHT_UNHEARD, "missing_fields": BOUGHT_UNHEARD, "wrong_types": BOUGHT_UNHEARD,
    "cut_body": BOUGHT_UNHEARD, "slow_body": DONE, "drip": DONE, "partial_data": DONE,
    "errors_in_200": DONE, "lowercase_key": DONE,
}  # fmt: skip
QUICK = {"hang": 0, "accept_then_hang": 0, "slow_body": 0, "drip": 0, "image_slow": 0}
ABOUT_ORDERS = {kind.name for kind in CATALOGUE.values() if kind.stage in {"request", "accept", "answer"}}


class Cut(httpx.BaseTransport):
    """The sandbox as over a wire: a connection that it cuts, or leaves without an answer, is the client's."""

    def __init__(self, world: World) -> None:
        self.inner = httpx.WSGITransport(app=world.sandbox)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with told_as_httpx_does():
            response = self.inner.handle_request(request)
        response.stream = CutStream(response.stream)
        return response


class CutStream(httpx.SyncByteStream):
    """A body that may be cut while it is read."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __iter__(self) -> Iterator[bytes]:
        with told_as_httpx_does():
            yield from self.inner

    def close(self) -> None:
        self.inner.close()


@contextmanager
def told_as_httpx_does() -> Iterator[None]:
    try:
        yield
    except ConnectionDropped as cut:
        raise httpx.ReadError("cut") from cut
    except NeverAnswered as hanging:
        raise httpx.ReadTimeout("no answer") from hanging


@pytest.fixture
def world(world: World) -> World:
    """Have a world whose connections can be cut."""
    world.http.close()
    world.http = httpx.Client(transport=Cut(world))
    return world


def strike(world: World, name: str, **setting: Any) -> None:
    """Set a fault, as quick as it can be."""
    quick: dict[str, Any] = {"value": QUICK[name]} if name in QUICK else {}
    world.fault(name, **quick, **setting)


def recover(world: World, hand: Hand) -> None:
    """Have the provider be well again, and half an hour pass."""
    world.clear()
    for _ in range(6):
        hand.move(310)
        sweep.sweep(hand())
        world.finish()


def see(job: Job, state: State, member: Member) -> Job:
    """See that a job is in a state that says why, holds what it must, and that the books are in order."""
    job.refresh_from_db()
    words = meaning(job)
    assert job.state == state, (job.state, words.why)
    assert words.title
    assert state in {State.QUEUED, State.PROCESSING, State.DONE} or words.why.endswith((".", ".”"))
    ended = {State.DONE, State.FAILED}
    assert held(member) == (0 if state in ended else HOLD)
    assert check().differences == ()
    return job


def test_every_fault_of_an_order_stands_in_the_table() -> None:
    assert set(ORDERS) == ABOUT_ORDERS


@pytest.mark.parametrize("name", sorted(ORDERS))
def test_prv_01_each_fault_of_an_order_leads_where_the_table_says(
    name: str, world: World, designer: Member, hand: Hand
) -> None:
    line = ORDERS[name]
    strike(world, name, on="submit", count=1)
    job = only_job(start(designer))
    world.listen()
    if line.at_once is State.DONE:
        world.finish()
    see(job, line.at_once, designer)
    assert (job.reason, job.possibly_charged) == (line.reason, line.doubt)
    assert Key.objects.get().state == line.key
    assert all(attempt.sentence or attempt.outcome in set(Status) for attempt in job.attempts.all())
    recover(world, hand)
    see(job, line.later, designer)
    assert world.submissions() == line.bought
    assert Image.objects.count() == (line.later is State.DONE)


def test_an_order_that_never_left_is_sent_again_by_itself(world: World, designer: Member, hand: Hand) -> None:
    """S82: refused, no such name, no connection in time."""
    job = only_job(start(designer))
    with nobody_there():
        world.listen()
    see(job, State.QUEUED, designer)
    assert not job.possibly_charged
    recover(world, hand)
    see(job, State.DONE, designer)
    assert world.submissions() == 1


ANSWERS = {name for name, line in ORDERS.items() if CATALOGUE[name].stage == "answer"}
QUESTIONS = ANSWERS | {"http_400", "http_403", "http_404", "http_429", "http_500", "http_502", "http_503"}
QUESTIONS |= {"http_504", "drop", "hang"}


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_prv_02_no_answer_to_a_question_loses_or_ends_a_job(
    name: str, world: World, designer: Member, hand: Hand
) -> None:
    world.control("PUT", "/keys/sbx_enterprise", {"latency": "5"})
    job = only_job(start(designer))
    world.listen()
    strike(world, name, on="status")
    hand.move(3)
    world.look()
    world.listen()
    see(job, State.PROCESSING, designer)
    hand.move(3)
    recover(world, hand)
    see(job, State.DONE, designer)
    assert (world.submissions(), spent(designer)) == (1, world.charged())


JOBS: dict[str, tuple[State, str]] = {
    "failed_job": (State.FAILED, Reason.PROVIDER),
    "stuck_job": (State.OVERDUE, ""),
    "slow_job": (State.DONE, ""),
    "queued": (State.DONE, ""),
    "strange_status": (State.DONE, ""),
    "completed_without_url": (State.OVERDUE, ""),
    "url_elsewhere": (State.FAILED, Reason.SAVE),
    "wrong_cost": (State.DONE, ""),
    "surge_price": (State.DONE, ""),
    "price_change": (State.DONE, ""),
    "sync": (State.DONE, ""),
}


def test_every_fault_of_a_job_stands_in_the_table() -> None:
    assert set(JOBS) == {kind.name for kind in CATALOGUE.values() if kind.stage == "job"}


@pytest.mark.parametrize("name", sorted(JOBS))
def test_prv_02_each_fault_of_a_job_leads_where_the_table_says(
    name: str, world: World, designer: Member, hand: Hand
) -> None:
    state, reason = JOBS[name]
    world.fault(name)
    job = only_job(start(designer))
    for _ in range(9):
        world.finish()
        hand.move(80)
        sweep.sweep(hand())
    see(job, state, designer)
    assert job.reason == reason or state is State.OVERDUE
    assert Image.objects.count() == (state is State.DONE)
    if state in {State.DONE, State.FAILED} and name != "wrong_cost":
        assert spent(designer) == world.charged()


PICTURES = {
    "image_truncated": State.FAILED, "image_heavy": State.FAILED, "image_bomb": State.FAILED,
    "image_endless": State.FAILED, "image_not_an_image": State.FAILED, "image_html": State.FAILED,
    "image_svg": State.FAILED, "image_redirect": State.FAILED, "image_empty": State.FAILED,
    "image_404": State.FAILED, "image_cut": State.SAVING, "image_503": State.SAVING,
    "image_wrong_size": State.DONE, "image_slow": State.DONE, "image_expired": State.DONE,
}  # fmt: skip


def test_every_fault_of_a_picture_stands_in_the_table() -> None:
    assert set(PICTURES) == {kind.name for kind in CATALOGUE.values() if kind.stage == "image"}


def test_the_sandbox_says_of_every_picture_what_the_studio_does_with_it() -> None:
    kept_trying = {name for name in PICTURES if "again later" in EXPECTED[name]}
    assert kept_trying == {name for name, state in PICTURES.items() if state is State.SAVING}


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_img_01_no_bad_picture_is_kept_and_each_is_charged_as_the_provider_charged(
    name: str, world: World, designer: Member, hand: Hand, settings: Settings
) -> None:
    strike(world, name)
    job = only_job(start(designer))
    for _ in range(5):
        world.finish()
        hand.move(70)
        sweep.sweep(hand())
    job.refresh_from_db()
    assert job.state == PICTURES[name]
    assert job.saves <= 3
    assert (held(designer), spent(designer)) == (0, world.charged())
    assert world.submissions() == 1
    kept = [path for folder in (settings.ORIGINALS, settings.PICTURES) for path in folder.rglob("*.*")]
    if job.state == State.DONE:
        assert len(kept) == 4
    else:
        assert (kept, Image.objects.count()) == ([], 0)
        assert meaning(job).why.endswith((".", ".”")) or job.state == State.SAVING


def test_img_10_a_picture_of_another_size_is_kept_with_its_own_and_charged_once(
    world: World, designer: Member
) -> None:
    world.fault("image_wrong_size")
    start(designer)
    world.finish()
    image = Image.objects.get()
    assert (image.width, image.height, image.job.width, image.job.height) == (256, 256, 512, 512)
    assert (spent(designer), held(designer), world.submissions()) == (world.charged(), 0, 1)


@pytest.mark.parametrize("cost", [-5, 1.5, "14", "NaN", 10**9, 2**70, None, True, [], "missing"])
def test_prv_06_a_price_that_cannot_be_believed_is_what_was_held(
    cost: object, world: World, designer: Member
) -> None:
    world.fault("wrong_cost", value=cost)
    job = only_job(start(designer))
    world.finish()
    see(job, State.DONE, designer)
    assert (spent(designer), job.cost) == (HOLD, HOLD)
