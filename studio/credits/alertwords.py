"""The words of each alert, and whom it is for. Reads only; what is left is said in images too (D7)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format

from studio.accounts.models import Key, Member, ProjectMember, Role
from studio.credits import prices
from studio.credits.models import About, Alert, Ask, AskState, Budget, Price, Scope
from studio.credits.rooms import titles_of
from studio.credits.windows import NOW_CALLED, Period, window
from studio.templatetags.look import credits_, number

ADMINS = (Role.CREDIT_ADMIN, Role.OWNER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is told: to whom, where it leads for admins and for others, whether the webhook tells it too."""

    kind: str
    title: str
    text: str
    to: tuple[Member, ...]
    href: str = "/credits"
    admin_href: str = ""
    outside: bool = True

    def href_for(self, member: Member) -> str:
        """Return where it leads for this member: a page, never a change."""
        return self.admin_href if self.admin_href and member.is_admin else self.href


def message_of(alert: Alert) -> Message | None:
    """Return what an alert says now; None where what it was about is gone."""
    return _WORDS[About(alert.about)](alert)


def images_left(amount: int) -> str:
    """Return for how many images so many credits reach, of the size that was charged last; two queries."""
    price = Price.objects.order_by("-updated_at").first()
    width, height = (price.width, price.height) if price else (1024, 1024)
    known = prices.narrowed(prices.documented(width, height), price)
    least, most = (max(amount, 0) // cost for cost in (known.high, max(known.low, 1)))
    span = number(least) if least == most else f"{number(least)} to {number(most)}"
    return f"{span} image{'' if most == 1 else 's'} of {width} × {height}"


def _budget(alert: Alert) -> Message | None:
    budget = Budget.objects.filter(pk=alert.detail["budget"]).first()
    if budget is None:
        return None
    used, limit, percent = (int(alert.detail[name]) for name in ("used", "limit", "percent"))
    name = titles_of([budget])[budget.pk]
    left = max(limit - used, 0)
    text = (
        f"{number(used)} of {credits_(limit)} are spent or held {NOW_CALLED[budget.period]}. "
        f"{number(left)} left: that is {images_left(left)}.{_renewal(budget, alert)}"
    )
    return Message(
        kind="budget.threshold",
        title=f"{name}: {percent} % used {NOW_CALLED[budget.period]}",
        text=text,
        to=_concerned(budget),
        admin_href="" if budget.own else "/team/budgets",
        outside=not budget.own,
    )


def _renewal(budget: Budget, alert: Alert) -> str:
    until = window(budget.period, alert.created_at).until
    if budget.period == Period.TOTAL or until is None:
        return ""
    return f" It begins anew on {date_format(timezone.localtime(until), 'j F')}."


def _concerned(budget: Budget) -> tuple[Member, ...]:
    """Return who is told of a budget: whose it is, and the admins; of an own limit, nobody else."""
    if budget.scope == Scope.PROJECT:
        return _people(ProjectMember.objects.filter(project=budget.subject).values_list("member", flat=True))
    if budget.scope == Scope.KEY:
        return _people(Key.objects.filter(pk__in=[budget.subject]).values_list("member", flat=True))
    return _people([budget.subject], admins=not budget.own)


def _people(ids: Iterable[UUID | None], *, admins: bool = True) -> tuple[Member, ...]:
    """Return these members and the admins, each once, without who has left."""
    wanted = {pk for pk in ids if pk is not None}
    found = Member.objects.filter(is_active=True)
    return tuple(one for one in found if one.pk in wanted or (admins and one.role in ADMINS))


def _asked(alert: Alert) -> Message | None:
    ask = Ask.objects.filter(pk=alert.detail["ask"], state=AskState.OPEN).select_related("member").first()
    if ask is None:
        return None
    what = f"a budget higher by {credits_(ask.amount)}" if ask.budget_id else credits_(ask.amount)
    page = f"/team/requests#ask-{ask.pk}"
    return Message(
        kind="request.made",
        title=f"{ask.member} asks for {what}",
        text=f"“{ask.reason}” That is {images_left(ask.amount)}.",
        to=tuple(one for one in _people([]) if one.pk != ask.member_id),
        href=page,
    )


def _answered(alert: Alert) -> Message | None:
    ask = Ask.objects.filter(pk=alert.detail["ask"]).select_related("member", "by").first()
    if ask is None:
        return None
    given = f"{ask.by} gave {credits_(ask.given)} of {number(ask.amount)}"
    title = f"{ask.by} refused your request" if ask.state == AskState.REFUSED else given
    return Message(
        kind="request.answered",
        title=title,
        text=f"“{ask.answer}”" if ask.state == AskState.REFUSED else f"“{ask.answer}” {_reach(ask.given)}",
        to=_people([ask.member_id], admins=False),
        outside=False,
    )


def _reach(amount: int) -> str:
    return f"That is {images_left(amount)}. What waited for credits goes on by itself."


def _unusual(alert: Alert) -> Message | None:
    member = Member.objects.filter(pk=alert.detail["member"]).first()
    spent, usual = int(alert.detail["spent"]), int(alert.detail["usual"])
    paused = " Their jobs are paused; what runs goes on." if alert.detail.get("paused") else ""
    return Message(
        kind="spend.unusual",
        title=f"{member} spent {credits_(spent)} in an hour",
        text=f"An hour of theirs is usually {credits_(usual)}.{paused}",
        to=_people([member.pk if member else None]),
        href="/queue",
        admin_href="/team",
    )


def _lapsed(alert: Alert) -> Message | None:
    return Message(
        kind="credits.lapsed",
        title=f"{credits_(int(alert.detail['amount']))} lapsed",
        text="They were given for a time, which is over.",
        to=_people([UUID(str(alert.detail["member"]))], admins=False),
        outside=False,
    )


def _runs_out(alert: Alert) -> Message | None:
    days, least = int(alert.detail["days"]), int(alert.detail["least"])
    return Message(
        kind="credits.run_out",
        title=f"The team’s credits last {days} day{'' if days == 1 else 's'} at this pace",
        text=f"{credits_(int(alert.detail['left']))} left. You are told below {least} days, once a day.",
        to=_people([]),
        href="/team",
    )


def _tried(_alert: Alert) -> Message | None:
    return Message(kind="webhook.trial", title="A trial of the webhook", text="Nothing happened.", to=())


_WORDS: dict[About, Callable[[Alert], Message | None]] = {
    About.BUDGET: _budget,
    About.ASKED: _asked,
    About.ANSWERED: _answered,
    About.UNUSUAL: _unusual,
    About.LAPSED: _lapsed,
    About.RUNS_OUT: _runs_out,
    About.TRIED: _tried,
}
