"""No sequence of submissions, settles, releases, top-ups and budget changes overspends a budget (D6).

A model of plain numbers says whether each hold has to pass. Two members, two projects, two keys, two
days, any budgets of any period.
"""

import dataclasses
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, rule, run_state_machine_as_test

from studio.accounts.models import Member
from studio.credits import budgets, counting, ledger
from studio.credits.check import check
from studio.credits.ledger import BudgetExceeded, Hold, NotEnoughCredits
from studio.credits.models import Scope
from studio.credits.windows import Period, window

EITHER = st.sampled_from([0, 1])
LIMITS = st.one_of(st.none(), st.just(0), st.integers(1, 150))


@dataclasses.dataclass
class Spending:
    """Something that was held once: by whom, for what, when, and what it takes of a budget now."""

    whose: dict[Scope, UUID | None]
    at: datetime
    used: int


class Admission(RuleBasedStateMachine):
    """All verbs that move a counter, in any order."""

    held = Bundle("held")

    def __init__(self) -> None:
        super().__init__()
        self._undo = transaction.atomic()
        self._undo.__enter__()
        self.members = [Member.objects.create_user(f"{uuid4().hex}@studio.test", name="M") for _ in "ab"]
        self.projects, self.keys = [uuid4(), uuid4()], [uuid4(), uuid4()]
        self.days = [datetime.now(UTC), datetime.now(UTC) + timedelta(days=1)]
        self.limits: dict[tuple[Scope, UUID | None, Period], int] = {}
        self.spent: dict[UUID, Spending] = {}
        self.balance = [400, 400]
        for one in self.members:
            ledger.grant(one, 400, actor=one, reason="start", reference=uuid4())

    def teardown(self) -> None:
        assert check().differences == ()
        transaction.set_rollback(True)
        self._undo.__exit__(None, None, None)

    @rule(who=EITHER, amount=st.integers(1, 60))
    def top_up(self, who: int, amount: int) -> None:
        one = self.members[who]
        ledger.grant(one, amount, actor=one, reason="more", reference=uuid4())
        self.balance[who] += amount

    @rule(scope=st.sampled_from(Scope), which=EITHER, period=st.sampled_from(Period), limit=LIMITS)
    def change(self, scope: Scope, which: int, period: Period, limit: int | None) -> None:
        subject = self._subject(scope, which)
        budgets.put(scope, subject, period, limit, by=self.members[0], reason="plan")
        self.limits.pop((scope, subject, period), None)
        if limit is not None:
            self.limits[scope, subject, period] = limit

    @rule(
        target=held,
        who=EITHER,
        project=EITHER,
        key=EITHER,
        day=EITHER,
        amounts=st.lists(st.integers(1, 40), min_size=1, max_size=2),
    )
    def submit(self, who: int, project: int, key: int, day: int, amounts: list[int]) -> list[UUID]:
        whose = {
            Scope.TEAM: None,
            Scope.MEMBER: self.members[who].pk,
            Scope.PROJECT: self.projects[project],
            Scope.KEY: self.keys[key],
        }
        holds, at = [Hold(reference=uuid4(), amount=amount) for amount in amounts], self.days[day]
        free, full = self._free(who), self._full(whose, at, sum(amounts))
        submit = partial(
            ledger.hold,
            self.members[who],
            holds,
            key_id=self.keys[key],
            project_id=self.projects[project],
            now=at,
        )
        if sum(amounts) > free or full:
            with pytest.raises(NotEnoughCredits if sum(amounts) > free else BudgetExceeded) as refused:
                submit()
            assert sum(amounts) > free or len(getattr(refused.value, "budgets", ())) == full
            return []
        submit()
        for one in holds:
            self.spent[one.reference] = Spending(whose=whose, at=at, used=one.amount)
        return [one.reference for one in holds]

    @rule(those=consumes(held), share=st.sampled_from([0, 50, 100, 120]), settled=st.booleans())
    def end(self, those: list[UUID], share: int, settled: bool) -> None:
        for reference in those:
            one = self.spent[reference]
            if not settled:
                ledger.release(reference, reason="test")
                one.used = 0
                continue
            one.used = one.used * share // 100
            ledger.settle(reference, one.used)
            self.balance[self._number(one)] -= one.used

    def _free(self, who: int) -> int:
        mine = [reference for reference, one in self.spent.items() if self._number(one) == who]
        return self.balance[who] - sum(ledger.held_for(mine).values())

    def _number(self, one: Spending) -> int:
        return int(one.whose[Scope.MEMBER] == self.members[1].pk)

    def _full(self, whose: dict[Scope, UUID | None], at: datetime, amount: int) -> int:
        """Count the budgets that have no room for so much."""
        return sum(
            self._used(scope, subject, period, at) + amount > limit
            for (scope, subject, period), limit in self.limits.items()
            if whose[scope] == subject
        )

    def _used(self, scope: Scope, subject: UUID | None, period: Period, at: datetime) -> int:
        during = window(period, at)
        return sum(
            one.used
            for one in self.spent.values()
            if one.whose[scope] == subject and window(period, one.at) == during
        )

    def _subject(self, scope: Scope, which: int) -> UUID | None:
        named = {Scope.MEMBER: self.members[which].pk, Scope.PROJECT: self.projects[which]}
        named[Scope.KEY] = self.keys[which]
        return named.get(scope)


@pytest.mark.django_db
def test_no_sequence_overspends_a_budget_by_a_credit() -> None:
    run_state_machine_as_test(
        Admission,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert next(counting.wrong(), None) is None
