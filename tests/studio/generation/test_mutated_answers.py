"""Whatever the provider answers, a job ends in a state with a sentence, and its credits are as they must be.

2,050 answers that were changed on the way (PRV-01, PRV-02, PRV-05 to PRV-07, PRV-17): to an order, to a
question, and errors. No traceback, no job that nobody looks after, no hold left over, no key written down.
"""

from collections.abc import Callable, Iterator

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from studio.accounts import provider
from studio.accounts.models import Key, KeyState
from studio.credits import ledger
from studio.credits.check import check
from studio.doitong import Client, Secret
from studio.generation import looking, submission
from studio.generation.models import Attempt, Governor, Job, Purchase, Request
from studio.generation.states import State
from studio.generation.wording import meaning
from tests.studio.generation.hooking import API_KEY, HOLD, a_sealed_key, a_sent_job
from tests.studio.generation.mutations import ID, Mutant, mutants
from tests.studio.generation.rows import a_member

pytestmark = pytest.mark.django_db

EACH = 205
ENDS_HELD = {State.QUEUED, State.HELD, State.PROCESSING, State.UNKNOWN, State.OVERDUE}
PATIENT = settings(
    max_examples=EACH,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[*HealthCheck],
)


class Desk:
    """A member with a key, and a provider that answers what it is told to."""

    def __init__(self) -> None:
        self.member = a_member()
        self.key = a_sealed_key(self.member)
        self.answer = Mutant(status=200, headers={}, body=b"")
        self.http = httpx.Client(transport=httpx.MockTransport(self._answer))
        self.seen = 0

    def client(self, secret: Secret) -> Client:
        """Return a client of that provider; no picture's host is one that it may fetch from."""
        return Client(base_url="https://api.doitong.com", key=secret, http=self.http, image_hosts=())

    def _answer(self, _request: httpx.Request) -> httpx.Response:
        told = self.answer
        return httpx.Response(told.status, headers=told.headers, stream=httpx.ByteStream(told.body))

    def job(self, state: State, remote_id: str) -> Job:
        """Return a new job under a key that works and has all its limits; the one before is gone."""
        Key.objects.filter(pk=self.key.pk).update(state=KeyState.OK, state_reason="")
        for model in (Governor, Request, Attempt, Purchase, Job):
            model._default_manager.all().delete()
        return a_sent_job(self.member, self.key, state, remote_id=remote_id, tries=0)

    def check(self, job: Job, allowed: set[State]) -> None:
        """See that the job is where it may be, says why, holds what it must, and shows no key."""
        self.seen += 1
        job = Job.objects.select_related("key").get(pk=job.pk)
        words = meaning(job)
        assert job.state in allowed, (job.state, self.answer)
        assert words.title
        if job.state in {State.FAILED, State.UNKNOWN, State.HELD}:
            assert words.why.endswith((".", "!", "?", "…", "”")), words
            assert len(job.detail) <= 400
        held = ledger.open_hold(job.purchase)
        assert held == (HOLD if job.state in ENDS_HELD else None), (job.state, self.answer)
        assert job.state not in ENDS_HELD or job.cost is None
        kept = repr([*Attempt.objects.values_list("request", "response", "headers", "sentence"), job.detail])
        assert API_KEY not in kept
        assert API_KEY[::-1] not in kept
        assert job.detail.isprintable()


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    with provider.use(desk.client), desk.http:
        yield desk
    assert check().differences == ()
    assert desk.seen >= EACH * 0.9


def tried(desk: Desk, kind: str, part: int, ask: Callable[[Desk], None]) -> None:
    """Have `ask` meet some hundreds of mutants of a kind; another part, other ones."""

    @PATIENT
    @seed(part)
    @given(answer=mutants(kind))
    def meet(answer: Mutant) -> None:
        desk.answer = answer
        ask(desk)

    meet()


def submit(desk: Desk) -> None:
    job = desk.job(State.QUEUED, "")
    submission.send_next(desk.key.pk)
    desk.check(job, {*ENDS_HELD - {State.OVERDUE}, State.FAILED})


def look(desk: Desk) -> None:
    job = desk.job(State.PROCESSING, ID)
    looking.look(desk.key, due_only=False)
    desk.check(job, {State.PROCESSING, State.SAVING, State.FAILED})


@pytest.mark.parametrize("part", range(3))
def test_prv_01_no_answer_to_an_order_is_an_error_of_ours(desk: Desk, part: int) -> None:
    tried(desk, "generate", part, submit)


@pytest.mark.parametrize("part", range(3))
def test_prv_02_no_answer_to_a_question_is_an_error_of_ours(desk: Desk, part: int) -> None:
    tried(desk, "status", part, look)


@pytest.mark.parametrize("part", range(2))
def test_prv_01_no_error_in_answer_to_an_order_is_an_error_of_ours(desk: Desk, part: int) -> None:
    tried(desk, "error", part, submit)


@pytest.mark.parametrize("part", range(2))
def test_prv_02_no_error_in_answer_to_a_question_is_an_error_of_ours(desk: Desk, part: int) -> None:
    tried(desk, "error", part + 2, look)


def test_a_mutant_is_another_one_each_time() -> None:
    met: list[Mutant] = []

    @PATIENT
    @seed(9)
    @given(st.one_of(mutants("generate"), mutants("status"), mutants("error")))
    def meet(answer: Mutant) -> None:
        met.append(answer)

    meet()
    assert len({(one.status, one.body, str(one.headers)) for one in met}) > EACH * 0.8
