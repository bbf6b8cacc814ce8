"""News for open pages: one poller a page, which carries the count of changes it last saw (B3).

A question that finds nothing new is answered at the door, before the session (`door`, `newsroom`); what
comes here has something to hear, or a pass to renew. Nothing new is a 204 and the poller asks again in
the seconds that it names; nothing live is a 286 and the page falls silent.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django_htmx.http import trigger_client_event

from studio.accounts.fields import position
from studio.accounts.http import MemberRequest
from studio.accounts.models import Member
from studio.generation import newsroom, passes, queries
from studio.generation.door import nothing_new
from studio.generation.models import Experiment, Job, Run
from studio.generation.passes import Pass
from studio.generation.states import BEFORE_SENDING, IN_MOTION, State
from studio.generation.tiles import tile_of_job

STOP_POLLING = 286
NO_RUNS = "none"


def now() -> datetime:
    """Return the time now."""
    return timezone.now()


def page_news(member: Member, scope: str = NO_RUNS, *, page: str = "") -> dict[str, Any]:
    """Return what the poller of a page needs: the count now, whether and when to ask, what it shows."""
    since = queries.pulse(member)  # before what is live: what moves in between is told by the next question
    found = queries.live(member)
    ticket = _pass(member, since, found, page or passes.new_page())
    live = f"{len(found)}{'+' if len(found) == queries.LIVE_LOOKED_AT else ''}" if found else ""
    return {"since": since, "scope": scope, "live": live, "wait": _wait(ticket), "pass": ticket}


def _pass(member: Member, since: int, live: Sequence[queries.Live], page: str) -> Pass:
    return Pass(
        member=member.pk,
        page=page,
        since=since,
        drawn=int(now().timestamp() * 1000),
        newest=int(live[0].created_at.timestamp()) if live else 0,
        due=queries.next_due(live),
        gap=passes.gap(len(live)),
    )


def _wait(ticket: Pass) -> int:
    """Return in how many seconds the page asks: at once where its question can be held."""
    room = newsroom.room()
    return 0 if room.seats and not room.full else ticket.pace(now().timestamp())


def ask_again(response: HttpResponse) -> HttpResponse:
    """Have the page's own poller ask at once: it alone knows what the page has seen so far."""
    return trigger_client_event(response, "pulse:ask", {"target": "#pulse"}, after="settle")


def scope_of(runs: Sequence[Run], *, only: Run | None = None, experiment: Experiment | None = None) -> str:
    """Return in a word which runs a page shows, so that it is told of no others' tiles."""
    if only is not None:
        return f"run:{only.pk}"
    if experiment is not None:
        return f"experiment:{experiment.pk}"
    return f"from:{runs[-1].pk}" if runs else "all"


def _shown(member: Member, scope: str) -> QuerySet[Run]:
    """Return the runs that a scope names, of the member's own."""
    runs = Run.objects.filter(member=member)
    if scope == "all":
        return runs
    kind, _, text = scope.partition(":")
    try:
        pk = UUID(text)
    except ValueError:
        return runs.none()
    narrowed = {
        "run": Q(pk=pk),
        "experiment": Q(experiment=pk),
        "from": Q(created_at__gte=runs.filter(pk=pk).values("created_at")[:1]),
    }
    return runs.filter(narrowed[kind]) if kind in narrowed else runs.none()


def answer(request: MemberRequest) -> HttpResponse:
    """Return the tiles and run heads that changed, the meter, and the next poller."""
    seen = position(request.GET.get("since", "")) or 0
    ticket = _own_pass(request)
    context = page_news(request.user, request.GET.get("scope", NO_RUNS), page=ticket.page if ticket else "")
    if 0 < seen == context["since"] and context["live"] and not _to_renew(request, ticket):
        return nothing_new(context["pass"].pace(now().timestamp()))
    if 0 < seen < context["since"]:
        context["ended"] = queries.run_heads(queries.ended_runs(request.user, seen), now())
    shown = _shown(request.user, context["scope"])
    changed = queries.changed_jobs(request.user, seen, shown)
    if changed:
        drawn = datetime.fromtimestamp(ticket.drawn / 1000, UTC) if ticket else None
        context |= _changes(request.user, changed, shown, drawn) | _beside(request.user, changed, context)
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


def _changes(
    member: Member, changed: list[Job], shown: QuerySet[Run], drawn: datetime | None
) -> dict[str, Any]:
    """Return changed tiles, those whose place in line changed with them, and their runs' heads."""
    jobs = changed
    if any(_moved_the_line(job, drawn) for job in changed):
        known = {job.pk for job in changed}
        jobs = changed + [job for job in queries.waiting_jobs(member, shown) if job.pk not in known]
    around = queries.surroundings(jobs, now())
    runs = shown.filter(pk__in={job.run_id for job in changed}).select_related("experiment")
    heads = queries.run_heads(list(runs.order_by("-created_at")), now())
    return {
        "tiles": [tile_of_job(job, around) for job in jobs],
        "runs": heads,
        "say": heads[0].summary if heads else "",
    }


def _beside(member: Member, changed: list[Job], context: dict[str, Any]) -> dict[str, Any]:
    """Return what changed in the list of experiments, for a page that has it beside its runs."""
    kind, _, text = context["scope"].partition(":")
    if kind == "run":
        return {}
    experiment = Experiment(pk=UUID(text)) if kind == "experiment" else None
    ended = {job.run.experiment_id for job in changed if job.state not in IN_MOTION}
    items = queries.experiment_items(sorted(ended), experiment.pk if experiment else None) if ended else []
    return {
        "beside": True,
        "experiments": items,
        "experiment": experiment,
        "unsent": queries.unsent(member, experiment),
    }


def _moved_the_line(job: Job, drawn: datetime | None) -> bool:
    """Say whether others' places may have changed by it since the page was drawn."""
    if drawn is None or job.state in {*BEFORE_SENDING, State.SENDING, State.CANCELLED}:
        return True
    return job.sent_at is not None and job.sent_at >= drawn
