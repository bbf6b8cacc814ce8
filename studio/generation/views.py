"""The doors of Explore: write, generate, watch, steer. Each takes the request, asks once, answers."""

from dataclasses import replace
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import Error, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget, trigger_client_event

from studio import moulds
from studio.accounts.http import MemberRequest
from studio.accounts.models import Member
from studio.credits.ledger import NotEnoughCredits
from studio.generation import access, batches, composing, drafts, explore, news, runs, steering
from studio.generation.batches import WAYS, Deed, Tally
from studio.generation.composerviews import kept_for_later
from studio.generation.estimate import estimate
from studio.generation.fitting import Short
from studio.generation.following import Going
from studio.generation.forms import ComposerForm
from studio.generation.models import Draft, Job, Lane, Run
from studio.generation.queries import run_cards, surroundings
from studio.generation.recipe import Plan
from studio.generation.runs import CannotStart
from studio.generation.tiles import tile_of_job
from studio.prompts.grammar import PromptError
from studio.prompts.styles import UnknownStyle


@require_safe
def explore_page(request: MemberRequest) -> HttpResponse:
    """Draw the composer, the member's newest runs and their experiments."""
    draft = (
        access.draft_for(request.user, _as_uuid(request.GET["draft"], "draft"))
        if "draft" in request.GET
        else None
    )
    before = (
        access.run_for(request.user, _as_uuid(request.GET["before"], "run"))
        if "before" in request.GET
        else None
    )
    if "version" in request.GET:
        form, draft = explore.form_of_version(request.user, _as_uuid(request.GET["version"], "version")), None
    else:
        form = explore.form_of(request.user, draft)
    coached = composing.wants_coach(request)
    page = explore.page(request.user, form, draft=draft, before=before, coached=coached)
    return moulds.render(request, "generation/explore.html", page)


@login_not_required
@require_POST
def run_start(request: HttpRequest) -> HttpResponse:
    """Start a run."""
    if not isinstance(request.user, Member):
        return kept_for_later(request)
    return _start(cast(MemberRequest, request))


def _start(request: MemberRequest) -> HttpResponse:
    form = ComposerForm(request.POST, member=request.user)
    short = explore.short_of(request.POST)
    known = form.is_valid() and runs.was_started(request.user, form.cleaned_data["token"])
    found = None if known else estimate(request.user, form)
    refusal = explore.refusal(request.user, form, found, short) if found else ""
    run = None
    try:
        if not refusal:
            source = explore.source_of(request.user, request.POST)
            with transaction.atomic():  # with its draft: each commit waits for the disk, and locks others out
                run = _begun(request.user, form, found.plan if found else None, source, short)
                going = form.going.after(run.experiment_id)
                draft = explore.keep_draft(request.user, request.POST, going)
    except (CannotStart, NotEnoughCredits, PromptError, UnknownStyle) as error:
        refusal = str(error)
    except Error:  # a draft would wait for the database as long again, and in vain (OPS-05)
        raise
    except Exception:
        explore.keep_draft(request.user, request.POST)  # whatever came: nothing typed is lost
        raise
    if run is not None:
        return _started(request, run, going, draft, known=known)
    draft = explore.keep_draft(request.user, request.POST)
    coached = composing.wants_coach(request)
    page = explore.page(request.user, form, draft=draft, refusal=refusal, coached=coached)
    name = "generation/explore.html#composer" if request.htmx else "generation/explore.html"
    response = render(request, name, page, status=422)
    return reswap(retarget(response, "#composer"), "outerHTML")


def _begun(member: Member, form: ComposerForm, plan: Plan | None, source: int | None, short: Short) -> Run:
    """Start a run of what was planned already; of a form that was sent before, return the first one's."""
    token = form.cleaned_data["token"]
    if plan is None:
        return runs.start(member, replace(form.recipe(), source_id=source), token=token, short=short)
    planned = replace(plan, recipe=replace(plan.recipe, source_id=source))
    return runs.begin(member, planned, token=token, short=short)


def _started(request: MemberRequest, run: Run, going: Going, draft: Draft, *, known: bool) -> HttpResponse:
    if not request.htmx:
        return redirect("run", run.pk)
    fresh = None if known else news.next_poller(request, run)
    page = explore.started(request.user, run, going) | {"fresh": fresh}
    page |= {"draft_id": draft.pk, "seen": drafts.seen_at(draft)}
    answer = trigger_client_event(
        render(request, "generation/started.html", page), "estimate", after="settle"
    )
    if known:  # said twice: its card is in the page already
        reswap(answer, "none")
    return answer if fresh else news.ask_again(answer)


@require_safe
def run_page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Draw one run; without JavaScript this is where it is watched, by loading it again."""
    run = access.run_for(request.user, pk)
    pulse = news.page_news(request.user, news.scope_of([], only=run))  # before the jobs are read
    context = {"pulse": pulse, "run": run_cards([run])[0], "scope": pulse["scope"]}
    return render(request, "generation/run.html", context)


@require_safe
def experiment_page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Draw an experiment's runs beside the composer."""
    experiment = access.experiment_for(request.user, pk)
    form = explore.form_of(request.user, None)
    form.initial.update(experiment=experiment.pk, goes_on=None, parted=False)
    coached = composing.wants_coach(request)
    page = explore.page(request.user, form, experiment=experiment, coached=coached)
    return render(request, "generation/explore.html", page)


@require_POST
def run_cancel(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Cancel what of a run was not sent yet."""
    run = access.run_for(request.user, pk)
    messages.success(request, batches.cancel_run(run).said(WAYS[Deed.CANCEL].words))
    return _run_again(request, run)


@require_POST
def run_retry(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Retry what of a run failed."""
    run = access.run_for(request.user, pk)
    messages.success(request, batches.retry_run(run).said(WAYS[Deed.RETRY].words))
    return _run_again(request, run)


@require_POST
def run_lane(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put what of a run is still in line into the background lane, or take it out."""
    run = access.run_for(request.user, pk)
    lane = Lane.BACKGROUND if request.POST.get("lane") == "background" else Lane.NORMAL
    deed = Deed.BACKGROUND if lane else Deed.NORMAL
    messages.success(request, batches.lane_of_run(run, lane).said(WAYS[deed].words))
    return _run_again(request, run)


@require_POST
def run_begin(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Begin a run before its time."""
    run = access.run_for(request.user, pk)
    messages.success(request, Tally(done=steering.begin_run(run)).said(WAYS[Deed.BEGIN].words))
    return _run_again(request, run)


def _run_again(request: MemberRequest, run: Run) -> HttpResponse:
    if not request.htmx:
        return redirect("run", run.pk)
    return news.ask_again(render(request, "generation/run_again.html", {"run": run_cards([run])[0]}))


@require_safe
def job_page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Go to where the job is seen: its image, or its run."""
    if image := access.image_of_job(request.user, pk):
        return redirect("image", image.uuid)
    job = access.job_for(request.user, pk)
    return redirect(f"{reverse('run', args=[job.run_id])}#tile-{job.pk}")


@require_POST
def job_cancel(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take one image out of the line, or stop waiting for it."""
    job = access.job_for(request.user, pk)
    steering.cancel(job)
    return _job_again(request, job)


@require_POST
def job_retry(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Try one image again on the same card."""
    job = access.job_for(request.user, pk)
    try:
        steering.retry(job)
    except NotEnoughCredits as error:
        messages.error(request, str(error))
    return _job_again(request, job)


@require_POST
def job_begin(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Let one image that waits for its run's time go now."""
    job = access.job_for(request.user, pk)
    steering.begin([job])
    return _job_again(request, job)


@require_POST
def job_give_up(request: MemberRequest, pk: UUID) -> HttpResponse:
    """End one image whose outcome is unknown."""
    job = access.job_for(request.user, pk)
    steering.give_up(job)
    return _job_again(request, job)


def _job_again(request: MemberRequest, job: Job) -> HttpResponse:
    """Answer with the tile as it is now: also when somebody else was first."""
    if not request.htmx:
        return redirect("run", job.run_id)
    job = Job.objects.select_related("image", "key", "run").get(pk=job.pk)
    context = {"tile": tile_of_job(job, surroundings([job], news.now()))}
    return news.ask_again(render(request, "generation/job_again.html", context))


@require_POST
def job_edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Open the recipe of an image that was not made as a new draft, to change it and try again (B17)."""
    return _to_draft(request, drafts.of_job(request.user, access.job_for(request.user, pk)))


@require_POST
def line_cancel(request: MemberRequest) -> HttpResponse:
    """Cancel everything of the member's that was not sent yet, or of one experiment."""
    chosen = request.POST.get("experiment")
    experiment = access.experiment_for(request.user, _as_uuid(chosen, "experiment")) if chosen else None
    messages.success(request, batches.cancel_line(request.user, experiment).said(WAYS[Deed.CANCEL].words))
    return redirect("experiment", experiment.pk) if experiment else redirect("explore")


@require_POST
def remix(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Open an image's recipe as a new draft beside the present one (A23)."""
    return _to_draft(request, drafts.remix(request.user, access.image_for(request.user, uuid)))


def _to_draft(request: MemberRequest, draft: Draft) -> HttpResponse:
    url = drafts.address_of(draft)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


@require_POST
def draft_discard(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Throw a draft away."""
    access.draft_for(request.user, pk).delete()
    return redirect("explore")


@require_safe
def news_page(request: MemberRequest) -> HttpResponse:
    """Answer the page's one poller: only what changed since the count it last saw (B3)."""
    return news.answer(request)


def _as_uuid(text: str, what: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404(f"There is no such {what}.") from None
