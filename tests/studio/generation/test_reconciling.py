"""The books beside the provider's figure: the drift is shown, and a person books it (D13, LED-15)."""

import pytest
from django.test import Client
from django.utils import timezone

from studio.accounts import provider
from studio.accounts.keys import secret_of
from studio.accounts.models import Event, Key, Member, Verb
from studio.accounts.plans import Plan
from studio.credits import anchors
from studio.credits.check import check
from studio.credits.models import Account, Anchor, Entry, Kind, Source
from studio.doitong import Generation, Order, Status
from studio.generation import latecomers, lifecycle, reconciling, steering, watcher
from studio.generation.models import Attempt, Job, Purchase
from studio.generation.states import State
from studio.generation.wording import meaning
from tests.conftest import MakeMember
from tests.studio.generation.conftest import Hand
from tests.studio.generation.pages import SignedIn, text
from tests.studio.generation.world import World, give_credits, give_key, held, only_job, start, states

ROLES = ["designer", "reviewer", "credit_admin", "owner"]


@pytest.fixture
def key(world: World, designer: Member) -> Key:
    return Key.objects.get()


def named(key: Key) -> Anchor:
    anchor = reconciling.ask(key, timezone.now(), by=None)
    assert anchor is not None
    return anchor


def credits_of(drift: anchors.Drift | None) -> int:
    assert drift is not None
    return drift.credits


def spend_behind_our_back(key: Key) -> None:
    order = Order(prompt="somebody else's", width=512, height=512, quality="draft", webhook_url=None)
    provider.client_for(secret_of(key)).generate(order)


def left(member: Member) -> int:
    return Account.objects.get(pk=member.pk).balance


def test_what_the_ledger_knows_is_no_drift(world: World, designer: Member, key: Key, hand: Hand) -> None:
    first = named(key)
    assert anchors.drift(first) is None
    start(designer, "a {red|blue} dune")
    world.finish()
    assert reconciling.ask(key, timezone.now()) is None  # it agrees: no news
    hand.move(25 * 3600)
    found = anchors.drift(named(key))
    assert found is not None
    assert (found.credits, found.moved, found.ours) == (0, -20, -20)


def test_led_15_what_was_spent_behind_our_back_is_shown_and_overwrites_nothing(
    world: World, designer: Member, key: Key
) -> None:
    named(key)
    before = left(designer)
    spend_behind_our_back(key)
    world.finish()
    assert credits_of(anchors.drift(named(key))) == -10
    assert left(designer) == before
    assert reconciling.ask(key, timezone.now()) is None  # once told, the same drift is no news


def test_led_15_the_watcher_asks_often_enough() -> None:
    every = next(task.every for task in watcher.Watcher().due if task.do.__name__ == "_ask_balances")
    assert every.total_seconds() <= 300


def test_nothing_is_asked_while_images_are_made(world: World, designer: Member, key: Key) -> None:
    assert reconciling.keys_to_ask(timezone.now()) == [key]
    (job,) = start(designer).jobs.all()
    Job.objects.filter(pk=job.pk).update(state=State.PROCESSING)
    assert reconciling.keys_to_ask(timezone.now()) == []
    anchor = reconciling.take(key, 5, source=Source.TYPED, now=timezone.now(), by=designer)
    assert anchor.under_way == 20
    assert anchors.drift(reconciling.take(key, 5, source=Source.TYPED, now=timezone.now())) is None


def test_one_click_books_it_once_with_a_reason(
    world: World, designer: Member, key: Key, member: MakeMember, signed_in: SignedIn
) -> None:
    named(key)
    spend_behind_our_back(key)
    anchor = named(key)
    admin = member("credit_admin")
    tab, before = signed_in(admin), left(designer)
    assert "Book −10 credits" in text(tab.get("/team/reconcile"))
    sent = {
        "do": "book",
        "key": key.pk,
        "anchor": anchor.pk,
        "member": designer.pk,
        "reason": "The trade fair",
    }
    assert tab.post("/team/reconcile", sent | {"reason": " "}).status_code == 422
    for _ in range(2):
        assert tab.post("/team/reconcile", sent).status_code == 302
    entry = Entry.objects.get(kind=Kind.ADJUST)
    assert (entry.posted, entry.actor, entry.reason, entry.key_id) == (-10, admin, "The trade fair", key.pk)
    assert left(designer) == before - 10
    assert credits_of(anchors.drift(Anchor.objects.get(pk=anchor.pk))) == 0
    later = reconciling.take(key, anchor.figure, source=Source.TYPED, now=timezone.now())
    assert credits_of(anchors.drift(later)) == 0
    assert check().differences == ()


def test_a_figure_that_grew_makes_no_balance_grow_by_itself(
    world: World, designer: Member, key: Key, member: MakeMember, signed_in: SignedIn
) -> None:
    named(key)
    before = left(designer)
    tab = signed_in(member("owner"))
    figure = Anchor.objects.get().figure + 500
    tab.post("/team/reconcile", {"do": "typed", "key": key.pk, "figure": figure})
    assert "Book +500 credits" in text(tab.get("/team/reconcile"))
    assert left(designer) == before
    assert Event.objects.filter(verb=Verb.CREDITS_RECONCILED).count() == 1


def doubtful(designer: Member, key: Key, *, behind: bool) -> Job:
    """Return a job of which nothing is known; `behind` it the provider has charged or not."""
    job = only_job(start(designer))
    Job.objects.filter(pk=job.pk).update(state=State.SENDING, tries=1, sent_at=timezone.now())
    job.refresh_from_db()
    Attempt.objects.create(
        job=job, number=1, verb="generate", started_at=timezone.now(), possibly_charged=True
    )
    job.lose("The answer was lost.", held_by=None)
    if behind:
        spend_behind_our_back(key)
    return job


def test_a_doubt_is_cleared_by_a_figure_that_agrees(world: World, designer: Member, key: Key) -> None:
    named(key)
    job = doubtful(designer, key, behind=False)
    assert meaning(job).cost == "Possibly charged, being checked"
    named(key)
    job.refresh_from_db()
    assert (job.state, meaning(job).cost, held(designer)) == (State.FAILED, "Not charged", 0)
    assert meaning(job).why == reconciling.CLEARED
    assert left(designer) == 1_000


def test_a_doubt_is_confirmed_by_a_figure_that_leaves_one_answer(
    world: World, designer: Member, key: Key
) -> None:
    named(key)
    job = doubtful(designer, key, behind=True)
    anchor = named(key)
    job.refresh_from_db()
    assert (job.state, meaning(job).cost, held(designer)) == (State.FAILED, "10 credits charged", 0)
    assert left(designer) == 990
    assert credits_of(anchors.drift(anchor)) == 0
    again = reconciling.take(key, anchor.figure, source=Source.TYPED, now=timezone.now())
    assert credits_of(anchors.drift(again)) == 0
    assert check().differences == ()


@pytest.mark.parametrize("cost", [8, 10, 14])
def test_news_of_a_doubt_that_the_drift_has_confirmed_charges_nothing_again(
    cost: int, world: World, designer: Member, key: Key
) -> None:
    named(key)
    job = doubtful(designer, key, behind=True)
    named(key)
    assert left(designer) == 990
    url = "https://cdn.doitong.com/x.jpg"
    late = Generation(
        remote_id="late", status=Status.COMPLETED, raw_status="completed", url=url, credit_cost=cost
    )
    assert lifecycle.absorb(Job.objects.get(pk=job.pk), late, now=timezone.now())
    assert not lifecycle.absorb(Job.objects.get(pk=job.pk), late, now=timezone.now())
    job.refresh_from_db()
    assert (job.state, job.remote_url, left(designer), held(designer)) == (State.SAVING, url, 990, 0)
    assert check().differences == ()


def test_a_doubt_that_was_given_up_is_charged_after_all(world: World, designer: Member, key: Key) -> None:
    named(key)
    job = doubtful(designer, key, behind=True)
    assert steering.give_up(job)
    assert meaning(job).cost == "Possibly charged, being checked"
    named(key)
    job.refresh_from_db()
    assert (meaning(job).cost, left(designer)) == ("10 credits charged", 990)


def test_an_earlier_try_is_charged_beside_its_picture(world: World, designer: Member, key: Key) -> None:
    named(key)
    run = start(designer)
    world.finish()
    job = only_job(run)
    Job.objects.filter(pk=job.pk).update(tries=2)
    Attempt.objects.filter(job=job).update(number=2)
    Attempt.objects.create(
        job=job, number=1, verb="generate", started_at=timezone.now(), possibly_charged=True
    )
    spend_behind_our_back(key)
    anchor = named(key)
    job.refresh_from_db()
    assert (job.state, job.cost, job.charged_late) == (State.DONE, 10, 10)
    assert (left(designer), credits_of(anchors.drift(anchor))) == (980, 0)


def test_the_answer_to_an_earlier_try_that_the_drift_has_confirmed_charges_nothing_again(
    world: World, designer: Member, key: Key
) -> None:
    named(key)
    run = start(designer)
    world.finish()
    job = only_job(run)
    Job.objects.filter(pk=job.pk).update(tries=2)
    Attempt.objects.filter(job=job).update(number=2)
    Attempt.objects.create(
        job=job, number=1, verb="generate", started_at=timezone.now(), possibly_charged=True
    )
    spend_behind_our_back(key)
    named(key)
    assert left(designer) == 980
    purchase = Purchase.objects.get(pk=Job.objects.get().purchase)
    late = Generation(
        remote_id="the-earlier",
        status=Status.COMPLETED,
        raw_status="completed",
        url="https://x/y.jpg",
        credit_cost=10,
    )
    for _ in range(2):
        assert not latecomers.answered(purchase, key, late, now=timezone.now())
    job.refresh_from_db()
    assert (left(designer), job.charged_late, job.purchases.count()) == (980, 10, 2)
    assert check().differences == ()


def test_doubts_that_may_be_this_or_that_stay_open(world: World, designer: Member, key: Key) -> None:
    named(key)
    jobs = [doubtful(designer, key, behind=True), doubtful(designer, key, behind=False)]
    Job.objects.filter(pk__in=[job.pk for job in jobs]).update(width=1024, height=1024)
    anchor = named(key)
    for job in jobs:
        job.refresh_from_db()
        assert job.state == State.UNKNOWN
    assert credits_of(anchors.drift(anchor)) == -10


def test_a_refusal_for_want_of_credits_is_an_anchor(world: World, member: MakeMember) -> None:
    owner, person = member("owner"), member("designer")
    give_key(world, owner, "sbx_broke", Plan.STARTER)
    give_credits(person, 100)
    run = start(person)
    world.listen()
    assert states(run) == ["held"]
    assert (Anchor.objects.get().source, Anchor.objects.get().figure) == (Source.REFUSAL, 5)
    assert left(person) == 100  # the team's key: nobody's balance is overwritten


def test_a_members_own_key_is_corrected_down_by_an_entry_that_explains_the_drift(
    world: World, member: MakeMember
) -> None:
    person = member("designer")
    key = give_key(world, person, "sbx_broke", Plan.STARTER, own=True)
    reconciling.take(key, 50, source=Source.TYPED, now=timezone.now())
    give_credits(person, 50)
    start(person)
    world.listen()
    assert left(person) == 5
    anchor = anchors.newest(key.account)
    assert anchor is not None
    assert (anchor.booked, credits_of(anchors.drift(anchor))) == (-45, 0)


@pytest.mark.parametrize("role", ROLES)
def test_the_page_is_the_admins(
    world: World, key: Key, member: MakeMember, signed_in: SignedIn, role: str
) -> None:
    tab: Client = signed_in(member(role))
    allowed = role in {"credit_admin", "owner"}
    assert tab.get("/team/reconcile").status_code == (200 if allowed else 403)
    answer = tab.post("/team/reconcile", {"do": "ask", "key": key.pk})
    assert answer.status_code == (302 if allowed else 403)
    assert Anchor.objects.exists() is allowed


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"do": "typed", "figure": "x"}, 422),
        ({"do": "typed", "figure": "-1"}, 422),
        ({"do": "take"}, 400),
        ({"do": "ask", "key": "x"}, 404),
        ({"do": "ask", "key": "00000000-0000-0000-0000-000000000007"}, 404),
    ],
)
def test_what_means_nothing_is_refused(
    world: World, key: Key, member: MakeMember, signed_in: SignedIn, sent: dict[str, str], status: int
) -> None:
    answer = signed_in(member("owner")).post("/team/reconcile", {"key": str(key.pk)} | sent)
    assert answer.status_code == status
    assert not Anchor.objects.exists()
