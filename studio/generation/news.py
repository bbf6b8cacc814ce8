"""News for open pages: one poller a page, which carries the count of changes it last saw (B3).

A question that finds nothing new is answered at the door, before the session (`door`, `newsroom`); what
comes here has something to hear, or a pass to renew. Nothing new is a 204 and the poller asks again in
the seconds that it names; nothing live, and no price still to come, is a 286 and the page falls silent.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django_htmx.http import trigger_client_event

from studio.accounts.fields import position
from studio.accounts.http import MemberRequest
from studio.accounts.models import Member
from studio.generation import glance, gridpage, newsroom, passes, queries
from studio.generation.door import nothing_new
from studio.generation.glance import Glance
from studio.generation.models import Experiment, Job, Run
from studio.generation.passes import Pass
from studio.generation.states import BEFORE_SENDING, IN_MOTION, State
from studio.generation.tiles import Tile, tile_of_job

STOP_POLLING = 286
NO_RUNS = "none"
LATE_COMMIT = timedelta(seconds=5)  # an end is dated before it is there to be read
MORE_THAN_LOOKED_AT = f"{queries.LIVE_LOOKED_AT}+"


def now() -> datetime:
    """Return the time now."""
    return timezone.now()


def page_news(
    member: Member, scope: str = NO_RUNS, *, page: str = "", seen: Glance | None = None
) -> dict[str, Any]:
    """Return what the poller of a page needs: the count now, whether and when to ask, what it shows.

    `seen` is how the member's jobs stand, where that was read for this page already.
    """
    room = newsroom.room()
    if room.seats and seen is None:
        room.expect(member.pk)  # before the read: what is rung meanwhile is heard
    seen = glance.of(member, now()) if seen is None else seen
    since = room.know(member.pk, seen.count) if room.seats else seen.count
    found = seen.live
    unpriced = not found and seen.unpriced
    held = bool(room.seats) and not room.full
    recently = now() - timedelta(seconds=passes.DUE_AFTER)
    due = 0 if held else queries.next_due(found, recently)
    ticket = _pass(member, since, found, page or passes.new_page(), due=due)
    if unpriced:
        ticket = replace(ticket, newest=int(now().timestamp()))  # it is named soon
    return {
        "since": since,
        "scope": scope,
        "live": _how_many(len(found)) if found else "0" if unpriced else "",
        "moving": {one.run for one in found},
        "wait": 0 if held else ticket.pace(now().timestamp()),  # asks at once where its question can be held
        "pass": ticket,
    }


def _how_many(live: int) -> str:
    return f"{live}{'+' if live == queries.LIVE_LOOKED_AT else ''}"


def _pass(member: Member, since: int, live: Sequence[queries.Live], page: str, *, due: int) -> Pass:
    return Pass(
        member=member.pk,
        page=page,
        since=since,
        drawn=int(now().timestamp() * 1000),
        newest=queries.newest(live, now()),
        due=due,
        gap=passes.gap(len(live)),
    )


def ask_again(response: HttpResponse) -> HttpResponse:
    """Have the page's own poller ask at once: it alone knows what the page has seen so far."""
    return trigger_client_event(response, "pulse:ask", {"target": "#pulse"}, after="settle")


def next_poller(request: MemberRequest, run: Run) -> dict[str, Any] | None:
    """Return the poller of a page that is about to draw a new run, None where it has more to hear.

    The page says where its own would ask. If that run alone moved since, nothing need be told twice, but
    that it has ended already: its end is told as any other's is (B19).
    To be called before the run is read: what moves meanwhile is told by the next question.
    """
    asked = QueryDict(request.headers.get("Studio-Poller", ""))
    seen = position(asked.get("since", ""))
    if seen is None:
        return None
    ticket = passes.read(asked)
    context = page_news(
        request.user, asked.get("scope", NO_RUNS), page=ticket.page if ticket is not None else ""
    )
    ended = run.pk not in context["moving"]
    return None if ended or queries.others_moved(request.user, run, seen, context["since"]) else context


def scope_of(runs: Sequence[Run], *, only: Run | None = None, experiment: Experiment | None = None) -> str:
    """Return in a word which runs a page shows, so that it is told of no others' tiles."""
    if only is not None:
        return f"run:{only.pk}"
    if experiment is not None:
        return f"experiment:{experiment.pk}"
    return f"from:{runs[-1].pk}" if runs else "all"


def _named(scope: str) -> tuple[str, str]:
    """Return what kind a scope is of, and which one; a grid says behind it which tabs are open."""
    kind, text, *_ = (*scope.split(":"), "")
    return kind, text


def _shown(member: Member, scope: str) -> QuerySet[Run]:
    """Return the runs that a scope names, of the member's own."""
    runs = Run.objects.filter(member=member)
    if scope == "all":
        return runs
    kind, text = _named(scope)
    try:
        pk = UUID(text)
    except ValueError:
        return runs.none()
    narrowed = {
        "run": Q(pk=pk),
        "grid": Q(pk=pk),
        "experiment": Q(experiment=pk),
        "from": Q(created_at__gte=runs.filter(pk=pk).values("created_at")[:1]),
    }
    return runs.filter(narrowed[kind]) if kind in narrowed else runs.none()


def _of_page(member: Member, scope: str, runs: Iterable[Run]) -> set[UUID]:
    """Return which of some runs of the member's own a scope names, as `_shown`; asked for where it must."""
    kind, text = _named(scope)
    if kind == "from":
        return set(_shown(member, scope).filter(pk__in=[run.pk for run in runs]).values_list("pk", flat=True))
    named: dict[str, Callable[[Run], bool]] = {
        "all": lambda run: True,
        "run": lambda run: str(run.pk) == text,
        "grid": lambda run: str(run.pk) == text,
        "experiment": lambda run: str(run.experiment_id) == text,
    }
    return {run.pk for run in runs if kind in named and named[kind](run)}


def answer(request: MemberRequest) -> HttpResponse:
    """Return the tiles and run heads that changed, the meter, and the next poller."""
    seen = position(request.GET.get("since", "")) or 0
    ticket = _own_pass(request)
    context = page_news(request.user, request.GET.get("scope", NO_RUNS), page=ticket.page if ticket else "")
    if 0 < seen == context["since"] and context["live"] and not _to_renew(request, ticket):
        return nothing_new(context["pass"].pace(now().timestamp()))
    changed = queries.changed_jobs(request.user, seen)
    if changed:
        drawn = datetime.fromtimestamp(ticket.drawn / 1000, UTC) if ticket else None
        context |= _told(request.user, changed, context, drawn)
    if len(changed) >= queries.MOST_TOLD:  # there may be more: the next question goes on from here
        version, live = changed[-1].version, context["live"] or "0"
        context |= {"since": version, "live": live, "pass": replace(context["pass"], since=version)}
    status = 200 if context["live"] else STOP_POLLING
    return render(request, "generation/news.html", context, status=status)


def _own_pass(request: MemberRequest) -> Pass | None:
    ticket = passes.read(request.GET)
    return ticket if ticket is not None and ticket.member == request.user.pk else None


def _to_renew(request: MemberRequest, ticket: Pass | None) -> bool:
    """Say whether the page needs another pass: its own is no good, or not for long."""
    if "pass" not in request.GET:
        return False
    return ticket is None or ticket.left(now().timestamp()) < passes.RENEW_BEFORE


def _told(
    member: Member, changed: list[Job], context: dict[str, Any], drawn: datetime | None
) -> dict[str, Any]:
    """Return what of the changes this page shows, and which runs ended, wherever they are shown."""
    runs = {job.run_id: job.run for job in changed}
    heads = {head.id: head for head in queries.run_heads(_newest_first(runs.values()), now())}
    fresh = {job.run_id for job in changed if _is_fresh(job, drawn)}
    ended = [head for key, head in heads.items() if UUID(key) in fresh - context["moving"]]
    ids = _of_page(member, context["scope"], runs.values())
    mine = [job for job in changed if job.run_id in ids]
    told: dict[str, Any] = {"ended": ended if context["live"] != MORE_THAN_LOOKED_AT else []}
    if mine:
        told["runs"] = [head for key, head in heads.items() if UUID(key) in ids]
        told["say"] = told["runs"][0].summary
        told["tiles"] = _tiles(member, mine, context["scope"], drawn)
        told |= _beside(member, mine, context)
        if context["scope"].startswith("grid:"):
            [head] = told.pop("runs")
            told["grid"] = gridpage.news(mine[0].run, head, mine, gridpage.opened_of(context["scope"]))
    return told


def _is_fresh(job: Job, drawn: datetime | None) -> bool:
    """Say whether its end is news to the page; of what ended before it was drawn, only the price is new."""
    return drawn is None or job.finished_at is None or job.finished_at >= drawn - LATE_COMMIT


def _newest_first(runs: Iterable[Run]) -> list[Run]:
    return sorted(runs, key=lambda run: run.created_at, reverse=True)


def _tiles(member: Member, changed: list[Job], scope: str, drawn: datetime | None) -> list[Tile]:
    """Return changed tiles, and those whose place in line changed with them."""
    jobs = changed
    if any(_moved_the_line(job, drawn) for job in changed):
        known = {job.pk for job in changed}
        waiting = queries.waiting_jobs(member, _shown(member, scope)) if queries.is_waiting(member) else []
        jobs = changed + [job for job in waiting if job.pk not in known]
    around = queries.surroundings(jobs, now())
    return [tile_of_job(job, around) for job in jobs]


def _beside(member: Member, changed: list[Job], context: dict[str, Any]) -> dict[str, Any]:
    """Return what changed in the list of experiments, for a page that has it beside its runs."""
    kind, text = _named(context["scope"])
    if kind in {"run", "grid"}:
        return {}
    experiment = Experiment(pk=UUID(text)) if kind == "experiment" else None
    ended = {job.run.experiment_id for job in changed if _is_to_list(job)}
    items = queries.experiment_items(sorted(ended), experiment.pk if experiment else None) if ended else []
    return {
        "beside": True,
        "experiments": items,
        "experiment": experiment,
        "unsent": queries.unsent(member, experiment),
    }


def _is_to_list(job: Job) -> bool:
    """Say whether the list of experiments has something new by it: its small pictures are drawn last."""
    return job.state not in IN_MOTION and (job.picture is None or job.picture.rendered_at is not None)


def _moved_the_line(job: Job, drawn: datetime | None) -> bool:
    """Say whether others' places may have changed by it since the page was drawn."""
    if drawn is None or job.state in {*BEFORE_SENDING, State.SENDING, State.CANCELLED}:
        return True
    return job.sent_at is not None and job.sent_at >= drawn
