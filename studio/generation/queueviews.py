"""The doors of the queue page: look, steer many, pause; and of one job's wire."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from studio import moulds
from studio.accounts.addresses import own_path
from studio.accounts.http import MemberRequest
from studio.accounts.models import Member
from studio.generation import access, batches, drafts, news, pauses, queuepage, wireview
from studio.generation.batches import OF_ADMINS, WAYS, Deed, Tally
from studio.generation.models import Job
from studio.generation.states import BEFORE_SENDING, State

SCOPE = "queue"
MOST_CHOSEN = 150  # rows of one form: no page shows more


@require_safe
def queue_page(request: MemberRequest) -> HttpResponse:
    """Draw the queue; a question of its own poller draws the list alone."""
    return _page(request)


def _page(request: MemberRequest, *, part: bool | None = None) -> HttpResponse:
    fields = request.POST if request.method == "POST" else request.GET
    filters = queuepage.read(fields)
    pulse = news.page_news(request.user, SCOPE)  # before the jobs are read
    ticked = _ids(fields.getlist("job")) if request.method == "GET" else ()
    context = queuepage.page(request.user, filters, now=timezone.now(), ticked=frozenset(ticked))
    part = bool(request.htmx) if part is None else part
    context |= {"pulse": pulse, "scope": SCOPE}
    if part:
        return render(request, "generation/queue.html#queue", context)
    return moulds.render(request, "generation/queue.html", context)


@require_POST
def queue_do(request: MemberRequest) -> HttpResponse:
    """Steer the jobs that are ticked, the one whose button was pressed, or all that wait or failed."""
    name, _, one = request.POST.get("do", "").partition(":")
    if name == "edit":
        return _edit(request, one)
    if name == "cancel_all":
        tally, deed = _cancel_all(request), Deed.CANCEL
    elif name == "retry_all":
        tally, deed = batches.act(Deed.RETRY, _failed(request.user)), Deed.RETRY
    else:
        deed = _deed(name)
        tally = _steer(request.user, deed, [one] if one else request.POST.getlist("job"))
    _say(request, tally, deed)
    return _again(request)


def _deed(name: str) -> Deed:
    try:
        return Deed(name)
    except ValueError:
        raise Http404("There is no such button.") from None


def _steer(member: Member, deed: Deed, chosen: list[str]) -> Tally:
    ids = _ids(chosen)
    jobs = access.jobs_to_steer(member, ids, others=deed in OF_ADMINS)
    return batches.act(deed, jobs, not_theirs=len(set(chosen[:MOST_CHOSEN])) - len(jobs))


def _ids(chosen: Iterable[str]) -> set[UUID]:
    """Return the ids among what was ticked; anything else is nobody's."""
    found = set()
    for text in list(chosen)[:MOST_CHOSEN]:
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found


def _cancel_all(request: MemberRequest) -> Tally:
    """Cancel all that waits of the member whose line the page shows: one's own, or a chosen one's."""
    whose = queuepage.read(request.POST).member or request.user.pk
    jobs = access.jobs_of_line(request.user).filter(member=whose, state__in=BEFORE_SENDING)
    return batches.act(Deed.CANCEL, jobs.order_by("created_at", "position"))


def _failed(member: Member) -> list[Job]:
    jobs = queuepage.listed(member, timezone.now()).filter(member=member, state=State.FAILED)
    return list(jobs.select_related("run", "key", "member").order_by("created_at", "position"))


def _edit(request: MemberRequest, one: str) -> HttpResponse:
    ids = _ids([one])
    if not ids:
        raise Http404("There is no such image.")
    draft = drafts.of_job(request.user, access.job_for(request.user, ids.pop()))
    url = drafts.address_of(draft)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _say(request: MemberRequest, tally: Tally, deed: Deed) -> None:
    say = messages.warning if tally.refused else messages.success
    say(request, tally.said(WAYS[deed].words))


def _again(request: MemberRequest) -> HttpResponse:
    """Answer with the page as it is now, by the filters that the form carries."""
    if not request.htmx:
        return redirect(queuepage.read(request.POST).href())
    return news.ask_again(_page(request, part=True))


@require_POST
def pause_begin(request: MemberRequest) -> HttpResponse:
    """Pause oneself, and for admins a key or everything (B15)."""
    what, reason = request.POST.get("what", ""), request.POST.get("reason", "")
    if what == "me":
        pauses.pause(request.user, member=request.user, reason=reason)
    elif not request.user.is_admin:
        raise PermissionDenied("Only a credit admin or an owner pauses more than their own jobs.")
    elif what == "everything":
        pauses.pause(request.user, reason=reason)
    else:
        ids = _ids([what])
        pauses.pause(request.user, key=access.key_to_pause(ids.pop() if ids else UUID(int=0)), reason=reason)
    messages.success(request, "Paused. What is under way goes on.")
    return _there(request)


@require_POST
def pause_end(request: MemberRequest, pk: UUID) -> HttpResponse:
    """End a pause; said twice it is ended once."""
    pause = access.pause_for(request.user, pk)
    if pauses.resume(pause, request.user):
        messages.success(request, "Resumed.")
    return _there(request)


def _there(request: MemberRequest) -> HttpResponse:
    """Go back to the page from which it was asked; every page has the banner."""
    there = own_path(request.POST.get("next", "")) or queuepage.read(request.POST).href()
    if not request.htmx:
        return redirect(there)
    if request.POST.get("next"):
        answer = render(request, "components/pauses.html", {"told": True})
        return trigger_client_event(news.ask_again(answer), "queue:ask", after="settle")
    return _again(request)


@require_safe
def wire_page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Show what went over the wire for one job (B21)."""
    job = access.wired_job_for(request.user, pk)
    readable = access.may_read_prompt(request.user, job, private=access.prompts_are_private())
    context = wireview.page(job, readable=readable, reader=request.user)
    return render(request, "generation/wire.html", context)
