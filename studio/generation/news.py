"""News for open pages: one poller a page, which carries the count of changes it last saw (B3).

The pace is the server's: 2 s while something live is younger than 30 s, then 4, then 8. Nothing
new is a 204 and the poller asks again; nothing live is a 286 and the page falls silent.
"""

from collections.abc import Sequence
from datetime import datetime
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
from studio.generation import queries
from studio.generation.models import Experiment, Job, Run
from studio.generation.tiles import tile_of_job

STOP_POLLING = 286
PACES = ((30, 2), (120, 4))  # younger than so many seconds: every so many seconds
SLOWEST = 8
NO_RUNS = "none"


def now() -> datetime:
    """Return the time now."""
    return timezone.now()


def page_news(member: Member, scope: str = NO_RUNS) -> dict[str, Any]:
    """Return what the poller of a page needs: the count now, the pace, the runs that the page shows."""
    since = queries.pulse(member)
    newest = queries.newest_live(member)
    return {"since": since, "pace": pace(newest), "live": newest is not None, "scope": scope}


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


def pace(newest: datetime | None) -> int:
    """Return how many seconds the page waits before it asks again."""
    if newest is None:
        return SLOWEST
    age = (now() - newest).total_seconds()
    return next((seconds for limit, seconds in PACES if age < limit), SLOWEST)


def answer(request: MemberRequest) -> HttpResponse:
    """Return the tiles and run heads that changed, the meter, and the next poller."""
    seen = position(request.GET.get("since", "")) or 0
    scope = request.GET.get("scope", NO_RUNS)
    context = page_news(request.user, scope)
    if (
        context["since"] == seen
        and context["live"]
        and context["pace"] == position(request.GET.get("pace", ""))
    ):
        return HttpResponse(status=204)
    shown = _shown(request.user, scope)
    changed = queries.changed_jobs(request.user, seen, shown)
    if changed:
        context |= _changes(request.user, changed, shown)
    if len(changed) >= queries.MOST_TOLD:  # there may be more: the next question goes on from here
        context |= {"since": changed[-1].version, "live": True}
    status = 200 if context["live"] else STOP_POLLING
    return render(request, "generation/news.html", context, status=status)


def _changes(member: Member, changed: list[Job], shown: QuerySet[Run]) -> dict[str, Any]:
    """Return changed tiles, those whose place in line changed with them, and their runs' heads."""
    known = {job.pk for job in changed}
    jobs = changed + [job for job in queries.waiting_jobs(member, shown) if job.pk not in known]
    around = queries.surroundings(jobs, now())
    runs = shown.filter(pk__in={job.run_id for job in changed}).select_related("experiment")
    cards = queries.run_cards(list(runs.order_by("-created_at")))
    return {
        "tiles": [tile_of_job(job, around) for job in jobs],
        "runs": cards,
        "say": cards[0].summary if cards else "",
        "experiments": queries.experiments(member),
        "unsent": queries.unsent(member),
    }
