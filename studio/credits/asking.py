"""Members ask for credits or a higher budget; an admin grants, trims or refuses, with a reason (D9).

A guarded update decides which of two answers counts. Touches requests, the ledger's and the budgets'
verbs, alerts and the audit trail. Amounts are whole credits.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from studio.accounts.models import Event, Member, Verb
from studio.credits import alerts, budgets, counting, ledger, topups
from studio.credits.models import About, Ask, AskState, Budget, Scope
from studio.credits.windows import Period

MOST_LISTED = 50


class AskError(Exception):
    """A request that cannot be made or answered; the text is a sentence for the person."""


def ask(member: Member, amount: int, reason: str, *, pk: UUID, budget_id: UUID | None = None) -> Ask:
    """Ask for so many credits, or for a budget higher by so many; the same `pk` twice is one request.

    Raises AskError where another one waits, ValueError for an amount below 1 or an empty reason.
    """
    if amount < 1 or not reason.strip():
        raise ValueError("A request is for at least 1 credit, and has a reason.")
    if standing := Ask.objects.filter(pk=pk, member=member).first():
        return standing
    try:
        with transaction.atomic():
            made = Ask.objects.create(
                pk=pk, member=member, budget_id=budget_id, amount=amount, reason=reason.strip()[:200]
            )
            Event.note(Verb.CREDITS_ASKED, who=member, subject=made.pk, amount=amount, reason=made.reason)
            alerts.note(About.ASKED, str(made.pk), ask=str(made.pk))
    except IntegrityError:
        raise AskError(
            "You have asked for this before, and the answer is still to come. Withdraw that request first."
        ) from None
    return made


def withdraw(asked: Ask) -> bool:
    """Take a request back; False where it was answered before."""
    return _close(asked, AskState.WITHDRAWN)


@transaction.atomic
def grant(asked: Ask, amount: int, *, by: Member, answer: str, ends_at: datetime | None = None) -> bool:
    """Give so many credits of what was asked, or raise the budget by so many; False where it was answered.

    `ends_at` is when what is unspent lapses, for credits alone. Raises ValueError for an amount below 1
    or an empty answer, AskError where the budget is gone.
    """
    if amount < 1:
        raise ValueError("A grant is at least 1 credit.")
    state = AskState.GRANTED if amount >= asked.amount else AskState.TRIMMED
    if not _close(asked, state, given=amount, by=by, answer=_worded(answer)):
        return False
    if asked.budget_id:
        _raise_budget(asked.budget_id, amount, by, asked.answer)
    elif ends_at:
        topups.give(asked.member, amount, ends_at, actor=by, reason=asked.answer, reference=asked.pk)
    else:
        ledger.grant(asked.member, amount, actor=by, reason=asked.answer, reference=asked.pk)
    _answered(asked, by)
    return True


@transaction.atomic
def refuse(asked: Ask, *, by: Member, answer: str) -> bool:
    """Give nothing; False where it was answered before. Raises ValueError for an empty answer."""
    if not _close(asked, AskState.REFUSED, by=by, answer=_worded(answer)):
        return False
    _answered(asked, by)
    return True


def open_asks() -> Sequence[Ask]:
    """Return what waits for an answer, the oldest first; one query."""
    return list(Ask.objects.filter(state=AskState.OPEN).select_related("member").order_by("created_at"))


def answered() -> Sequence[Ask]:
    """Return the latest answers; one query."""
    done = Ask.objects.exclude(state=AskState.OPEN).select_related("member", "by")
    return list(done.order_by("-answered_at")[:MOST_LISTED])


def of(member: Member) -> Sequence[Ask]:
    """Return a member's own requests, the newest first; one query."""
    return list(Ask.objects.filter(member=member).select_related("by").order_by("-created_at")[:MOST_LISTED])


def _close(asked: Ask, state: AskState, **fields: object) -> bool:
    told = {"state": state, "answered_at": timezone.now(), **fields}
    if not Ask.objects.filter(pk=asked.pk, state=AskState.OPEN).update(**told):
        return False
    for name, value in told.items():
        setattr(asked, name, value)
    return True


def _raise_budget(budget_id: UUID, by_credits: int, by: Member, reason: str) -> None:
    counting.stop_bookings()  # as every change of a budget begins: two of them wait for each other in line
    budget = Budget.objects.filter(pk=budget_id).first()
    if budget is None:
        raise AskError("The budget was taken away meanwhile: there is nothing to raise.")
    limit = budget.limit + by_credits
    budgets.put(Scope(budget.scope), budget.subject, Period(budget.period), limit, by=by, reason=reason)


def _answered(asked: Ask, by: Member) -> None:
    Event.note(
        Verb.CREDITS_ANSWERED,
        who=by,
        subject=asked.pk,
        of=str(asked.member_id),
        given=asked.given,
        reason=asked.answer,
    )
    alerts.note(About.ANSWERED, str(asked.pk), ask=str(asked.pk))


def _worded(answer: str) -> str:
    if not answer.strip():
        raise ValueError("An answer has a reason.")  # D11
    return answer.strip()[:200]
