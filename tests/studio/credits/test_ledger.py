"""Each verb of the ledger: what it books, what it refuses, and that it may be said twice."""

from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from studio.accounts.models import Event, Member, Verb
from studio.credits import ledger
from studio.credits.check import check
from studio.credits.ledger import Hold
from studio.credits.models import Account, Entry, Kind
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(member: MakeMember) -> Member:
    return member()


@pytest.fixture
def admin(member: MakeMember) -> Member:
    return member("credit_admin")


def give(member: Member, amount: int, actor: Member) -> Entry:
    return ledger.grant(member, amount, actor=actor, reason="Autumn", reference=uuid4())


def hold(member: Member, *amounts: int) -> list[UUID]:
    holds = [Hold(reference=uuid4(), amount=amount) for amount in amounts]
    ledger.hold(member, holds, key_id=None)
    return [one.reference for one in holds]


def figures(member: Member) -> tuple[int, int, int]:
    account = Account.objects.get(member=member)
    assert check().differences == ()
    return account.balance, account.held, account.spent


def test_a_grant_is_booked_with_who_and_why(ada: Member, admin: Member) -> None:
    entry = give(ada, 100, admin)
    assert (entry.kind, entry.posted, entry.held, entry.actor, entry.reason) == (
        "grant",
        100,
        0,
        admin,
        "Autumn",
    )
    assert figures(ada) == (100, 0, 0)
    event = Event.objects.get(verb=Verb.CREDITS_GRANTED)
    assert (event.who, event.subject, event.detail["amount"]) == (admin, str(ada.pk), 100)


def test_a_grant_said_twice_is_one(ada: Member, admin: Member) -> None:
    reference = uuid4()
    first, again = (
        ledger.grant(ada, 50, actor=admin, reason="Autumn", reference=reference) for _ in range(2)
    )
    assert first.pk == again.pk
    assert figures(ada) == (50, 0, 0)
    assert Event.objects.count() == 1


@pytest.mark.parametrize("other", ["amount", "member"])
def test_a_reference_is_never_another_booking(ada: Member, admin: Member, other: str) -> None:
    entry = give(ada, 50, admin)
    to, amount = (ada, 51) if other == "amount" else (admin, 50)
    with pytest.raises(ledger.OtherBooking):
        ledger.grant(to, amount, actor=admin, reason="Autumn", reference=entry.reference)
    assert figures(ada) == (50, 0, 0)


@pytest.mark.parametrize("amount", [0, -1])
def test_a_grant_of_nothing_or_less_is_refused(ada: Member, admin: Member, amount: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        give(ada, amount, admin)


def test_no_change_by_hand_without_a_reason(ada: Member, admin: Member) -> None:
    for verb in (ledger.grant, ledger.adjust):
        with pytest.raises(ValueError, match="reason"):
            verb(ada, 5, actor=admin, reason=" ", reference=uuid4())
    assert not Entry.objects.exists()
    assert not Event.objects.exists()


def test_an_adjustment_goes_up_and_down_but_not_nowhere(ada: Member, admin: Member) -> None:
    for amount in (30, -50):
        ledger.adjust(ada, amount, actor=admin, reason="Counted", reference=uuid4())
    assert figures(ada) == (-20, 0, 0)
    with pytest.raises(ValueError, match="changes something"):
        ledger.adjust(ada, 0, actor=admin, reason="Counted", reference=uuid4())


def test_a_hold_leaves_the_balance_and_takes_from_what_is_available(ada: Member, admin: Member) -> None:
    give(ada, 100, admin)
    first, second = hold(ada, 20, 50)
    assert figures(ada) == (100, 70, 0)
    assert Account.objects.get(member=ada).available == 30
    assert (ledger.open_hold(first), ledger.open_hold(second), ledger.open_hold(uuid4())) == (20, 50, None)


def test_a_hold_of_more_than_is_available_holds_nothing_and_says_the_amounts(
    ada: Member, admin: Member
) -> None:
    give(ada, 100, admin)
    hold(ada, 60)
    with pytest.raises(ledger.NotEnoughCredits) as refused:
        hold(ada, 20, 21)
    assert (refused.value.needed, refused.value.available) == (41, 40)
    assert "up to 41 credits and you have 40 available" in refused.value.sentence
    assert str(refused.value) == refused.value.sentence
    assert figures(ada) == (100, 60, 0)


def test_who_has_no_account_has_nothing_to_hold(ada: Member) -> None:
    with pytest.raises(ledger.NotEnoughCredits):
        hold(ada, 1)


def test_a_hold_said_twice_is_one_and_only_the_new_ones_are_added(ada: Member, admin: Member) -> None:
    give(ada, 60, admin)
    first, second = (Hold(reference=uuid4(), amount=30) for _ in range(2))
    ledger.hold(ada, [first], key_id=None)
    ledger.hold(ada, [first, second], key_id=None)
    ledger.hold(ada, [second, first], key_id=None)
    assert figures(ada) == (60, 60, 0)


def test_a_hold_is_never_another_one(ada: Member, admin: Member) -> None:
    give(ada, 60, admin)
    give(admin, 60, admin)
    (reference,) = hold(ada, 10)
    for to, amount in ((ada, 11), (admin, 10)):
        with pytest.raises(ledger.OtherBooking):
            ledger.hold(to, [Hold(reference=reference, amount=amount)], key_id=None)


@pytest.mark.parametrize("amount", [0, -5])
def test_a_hold_of_nothing_or_less_is_refused(ada: Member, amount: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        hold(ada, amount)


def test_one_reference_is_held_once_in_one_breath(ada: Member) -> None:
    one = Hold(reference=uuid4(), amount=5)
    with pytest.raises(ValueError, match="named once"):
        ledger.hold(ada, [one, one], key_id=None)


@pytest.mark.parametrize("cost", [0, 14, 20, 35])
def test_a_hold_settles_at_what_was_really_spent(ada: Member, admin: Member, cost: int) -> None:
    give(ada, 30, admin)
    key = uuid4()
    reference = uuid4()
    ledger.hold(ada, [Hold(reference=reference, amount=20)], key_id=key)
    assert ledger.settle(reference, cost, reason="A lighthouse")
    assert figures(ada) == (30 - cost, 0, cost)
    entry = Entry.objects.get(kind=Kind.SETTLE)
    assert (entry.posted, entry.held, entry.key_id, entry.reason) == (-cost, -20, key, "A lighthouse")
    assert ledger.open_hold(reference) is None


def test_who_spent_more_than_there_was_holds_no_more_until_it_is_covered(ada: Member, admin: Member) -> None:
    give(ada, 20, admin)
    (reference,) = hold(ada, 20)
    ledger.settle(reference, 30)
    with pytest.raises(ledger.NotEnoughCredits) as refused:
        hold(ada, 1)
    assert "you have 0 available" in refused.value.sentence
    give(ada, 11, admin)
    hold(ada, 1)


def test_a_release_spends_nothing(ada: Member, admin: Member) -> None:
    give(ada, 30, admin)
    (reference,) = hold(ada, 20)
    assert ledger.release(reference, reason="Failed")
    assert figures(ada) == (30, 0, 0)


def test_a_hold_ends_once_whatever_is_said(ada: Member, admin: Member) -> None:
    give(ada, 60, admin)
    settled, released = hold(ada, 20, 20)
    assert ledger.settle(settled, 15)
    assert ledger.release(released, reason="Failed")
    for reference in (settled, released):
        assert not ledger.settle(reference, 15)
        assert not ledger.release(reference, reason="Failed")
    assert figures(ada) == (45, 0, 15)


def test_the_database_itself_lets_a_hold_end_once(ada: Member, admin: Member) -> None:
    give(ada, 60, admin)
    (reference,) = hold(ada, 20)
    ledger.settle(reference, 15)
    account = Account.objects.get(member=ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(account=account, kind=Kind.RELEASE, held=-20, reference=reference)


@pytest.mark.parametrize(
    ("kind", "posted", "held"),
    [("grant", -1, 0), ("grant", 1, 1), ("hold", 1, 1), ("hold", 0, -1), ("settle", 1, -1), ("settle", -1, 0),
     ("release", -1, -1), ("release", 0, 1), ("adjust", 0, 0), ("adjust", 1, 1), ("gift", 1, 0)],
)  # fmt: skip
def test_the_database_refuses_an_entry_with_other_signs(
    ada: Member, admin: Member, kind: str, posted: int, held: int
) -> None:
    give(ada, 60, admin)
    account = Account.objects.get(member=ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(account=account, kind=kind, posted=posted, held=held, reference=uuid4())


def test_the_database_refuses_less_than_nothing_held(ada: Member, admin: Member) -> None:
    give(ada, 60, admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.update(held=-1)


def test_what_was_never_held_cannot_end() -> None:
    with pytest.raises(ledger.NoSuchHold, match="no hold"):
        ledger.settle(uuid4(), 1)
    with pytest.raises(ledger.NoSuchHold, match="no hold"):
        ledger.release(uuid4(), reason="Failed")


def test_a_negative_cost_is_refused(ada: Member, admin: Member) -> None:
    give(ada, 60, admin)
    (reference,) = hold(ada, 20)
    with pytest.raises(ValueError, match="never negative"):
        ledger.settle(reference, -1)


def test_the_balance_is_corrected_to_the_providers_figure(ada: Member, admin: Member) -> None:
    give(ada, 60, admin)
    entry = ledger.correct_to(ada, 42, reason="Doitong said so")
    assert entry is not None
    assert (entry.kind, entry.posted, entry.actor) == ("adjust", -18, None)
    assert ledger.correct_to(ada, 42, reason="Doitong said so") is None
    assert figures(ada) == (42, 0, 0)


def test_who_waits_for_credits_is_told_after_the_commit_and_only_of_more(
    ada: Member, admin: Member, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    told: list[UUID] = []
    monkeypatch.setattr(ledger, "_top_ups", [])
    ledger.on_top_up(told.append)
    ledger.on_top_up(told.append)
    with django_capture_on_commit_callbacks(execute=True):
        entry = give(ada, 60, admin)
        ledger.grant(ada, 60, actor=admin, reason="Autumn", reference=entry.reference)
        ledger.adjust(ada, -10, actor=admin, reason="Counted", reference=uuid4())
        assert told == []
    assert told == [ada.pk]
    with django_capture_on_commit_callbacks(execute=True):
        ledger.correct_to(ada, 90, reason="Doitong said so")
    assert told == [ada.pk]
    with django_capture_on_commit_callbacks(execute=True):
        ledger.adjust(ada, 10, actor=admin, reason="Counted", reference=uuid4())
    assert told == [ada.pk, ada.pk]


def late(member: Member, reference: UUID, cost: int) -> bool:
    return ledger.charge_late(
        reference, cost, member_id=member.pk, key_id=None, reason="the earlier try was charged after all"
    )


def test_what_was_released_may_be_charged_late_and_once(ada: Member, admin: Member) -> None:
    give(ada, 100, admin)
    [reference] = hold(ada, 20)
    ledger.release(reference, reason="given up")
    assert [late(ada, reference, 14), late(ada, reference, 14)] == [True, False]
    assert figures(ada) == (86, 0, 14)


def test_what_was_settled_is_not_charged_again(ada: Member, admin: Member) -> None:
    give(ada, 100, admin)
    [reference] = hold(ada, 20)
    ledger.settle(reference, 14)
    assert not late(ada, reference, 14)
    assert figures(ada) == (86, 0, 14)


def test_what_was_never_held_may_be_charged_and_take_the_balance_below_zero(ada: Member) -> None:
    assert late(ada, uuid4(), 14)
    assert figures(ada) == (-14, 0, 14)


@pytest.mark.parametrize("cost", [0, -1])
def test_a_late_charge_is_at_least_one_credit(ada: Member, cost: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        late(ada, uuid4(), cost)


def test_led_16_a_refund_reverses_what_was_charged_once_and_is_found_by_its_reference(
    ada: Member, admin: Member
) -> None:
    give(ada, 100, admin)
    [reference] = hold(ada, 20)
    ledger.settle(reference, 14)
    told = [ledger.refund(reference, 14, actor=admin, reason="failed after all") for _ in range(2)]
    assert told == [True, False]
    assert figures(ada) == (100, 0, 0)
    kinds = Entry.objects.filter(reference=reference).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == [Kind.HOLD, Kind.SETTLE, Kind.REFUND]


@pytest.mark.parametrize("amount", [0, -1, 15])
def test_led_16_a_refund_is_never_more_than_what_was_charged(ada: Member, admin: Member, amount: int) -> None:
    give(ada, 100, admin)
    [reference] = hold(ada, 20)
    ledger.settle(reference, 14)
    with pytest.raises(ValueError, match="at most what was charged"):
        ledger.refund(reference, amount, actor=admin, reason="too much")
    assert figures(ada) == (86, 0, 14)


def test_led_16_nothing_is_refunded_that_was_not_charged(ada: Member, admin: Member) -> None:
    give(ada, 100, admin)
    [reference] = hold(ada, 20)
    with pytest.raises(ValueError, match="at most what was charged"):
        ledger.refund(reference, 1, actor=admin, reason="nothing was charged")


def test_a_late_charge_of_the_other_sign_is_refused_by_the_database(ada: Member, admin: Member) -> None:
    entry = give(ada, 100, admin)
    for kind, posted in ((Kind.LATE, 1), (Kind.REFUND, -1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.create(account=entry.account, kind=kind, posted=posted, reference=uuid4())
