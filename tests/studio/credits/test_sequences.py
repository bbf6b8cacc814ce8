"""Any sequence of bookings leaves exact books: a model of plain numbers says what they must be.

LED-01 (balance is the sum of the entries), LED-03 (each hold ends once), LED-11 (the actual cost is
booked), and that each verb may be said twice.
"""

import dataclasses
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from studio.accounts.models import Member
from studio.credits import ledger
from studio.credits.check import check, open_holds
from studio.credits.ledger import Hold
from studio.credits.models import Account, Entry

AMOUNTS = st.integers(1, 60)


@dataclasses.dataclass
class Books:
    """What one member's account must say."""

    balance: int = 0
    spent: int = 0
    open: dict[UUID, int] = dataclasses.field(default_factory=dict)


class Bookings(RuleBasedStateMachine):
    """Two members, all verbs, in any order, each perhaps said again."""

    held = Bundle("held")
    ended = Bundle("ended")

    def __init__(self) -> None:
        super().__init__()
        self._undo = transaction.atomic()
        self._undo.__enter__()
        self.members = [Member.objects.create_user(f"{uuid4().hex}@studio.test", name="M") for _ in "ab"]
        self.books = [Books(), Books()]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._undo.__exit__(None, None, None)

    @rule(who=st.sampled_from([0, 1]), amount=AMOUNTS, times=st.sampled_from([1, 2]))
    def grant(self, who: int, amount: int, times: int) -> None:
        reference = uuid4()
        for _ in range(times):
            member = self.members[who]
            ledger.grant(member, amount, actor=member, reason="test", reference=reference)
        self.books[who].balance += amount

    @rule(who=st.sampled_from([0, 1]), amount=st.integers(-40, 40).filter(bool))
    def adjust(self, who: int, amount: int) -> None:
        ledger.adjust(self.members[who], amount, actor=None, reason="test", reference=uuid4())
        self.books[who].balance += amount

    @rule(who=st.sampled_from([0, 1]), figure=st.integers(-20, 200))
    def correct(self, who: int, figure: int) -> None:
        ledger.correct_to(self.members[who], figure, reason="test")
        self.books[who].balance = figure

    @rule(
        target=held,
        who=st.sampled_from([0, 1]),
        amounts=st.lists(AMOUNTS, min_size=1, max_size=3),
        times=st.sampled_from([1, 2]),
    )
    def hold(self, who: int, amounts: list[int], times: int) -> tuple[int, list[UUID]]:
        holds = [Hold(reference=uuid4(), amount=amount) for amount in amounts]
        books = self.books[who]
        room = books.balance - sum(books.open.values())
        if sum(amounts) > room:
            with pytest.raises(ledger.NotEnoughCredits) as refused:
                ledger.hold(self.members[who], holds, key_id=None)
            assert (refused.value.needed, refused.value.available) == (sum(amounts), room)
            return who, []
        for _ in range(times):
            ledger.hold(self.members[who], holds, key_id=None)
        books.open |= {one.reference: one.amount for one in holds}
        return who, [one.reference for one in holds]

    @rule(target=ended, those=consumes(held), cost=st.integers(0, 80), settled=st.booleans())
    def end(self, those: tuple[int, list[UUID]], cost: int, settled: bool) -> tuple[int, list[UUID]]:
        who, references = those
        for reference in references:
            assert ledger.open_hold(reference) == self.books[who].open.pop(reference)
            if settled:
                assert ledger.settle(reference, cost)
                self.books[who].balance -= cost
                self.books[who].spent += cost
            else:
                assert ledger.release(reference, reason="test")
        return those

    @rule(those=ended, cost=st.integers(0, 80), settled=st.booleans())
    def end_again(self, those: tuple[int, list[UUID]], cost: int, settled: bool) -> None:
        for reference in those[1]:
            again = ledger.settle(reference, cost) if settled else ledger.release(reference, reason="test")
            assert again is False
            assert ledger.open_hold(reference) is None

    @invariant()
    def the_books_are_exact(self) -> None:
        assert check().differences == ()
        for member, books in zip(self.members, self.books, strict=True):
            account = Account.objects.filter(member=member).first() or Account(member=member)
            expected = (books.balance, sum(books.open.values()), books.spent)
            assert (account.balance, account.held, account.spent) == expected
        still = {row["reference"]: row["left"] for row in open_holds()}
        assert still == self.books[0].open | self.books[1].open


@pytest.mark.django_db
def test_any_sequence_of_bookings_leaves_exact_books() -> None:
    run_state_machine_as_test(
        Bookings,
        settings=settings(
            max_examples=40,
            stateful_step_count=20,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Entry.objects.count() == 0
