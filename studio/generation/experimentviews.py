"""The doors of an experiment's page: state the question, choose what was found, close, reopen (A30)."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from studio.accounts.http import MemberRequest
from studio.generation import access, experiments, report
from studio.generation.experimentform import AskForm, ConclusionForm

MOST_IDS = 500


@require_safe
def report_page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Draw an experiment with its question, runs, findings and conclusion."""
    experiment = access.experiment_for(request.user, pk)
    return render(request, "generation/report.html", report.page(experiment))


@require_POST
def experiment_write(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Keep the name, question and budget."""
    experiment = access.experiment_for(request.user, pk)
    form = AskForm(request.POST)
    if not form.is_valid():
        return render(request, "generation/report.html", report.page(experiment, ask=form), status=422)
    experiments.write(experiment, form.ask)
    messages.success(request, "Kept.")
    return redirect("report", pk)


@require_POST
def experiment_close(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Close an experiment with one sentence."""
    experiment = access.experiment_for(request.user, pk)
    form = ConclusionForm(request.POST)
    if not form.is_valid():
        return render(request, "generation/report.html", report.page(experiment, conclusion=form), status=422)
    experiments.close(experiment, form.cleaned_data["conclusion"])
    messages.success(request, "Closed. It can be opened again at any time.")
    return redirect("report", pk)


@require_POST
def experiment_reopen(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Go on with a closed experiment."""
    experiments.reopen(access.experiment_for(request.user, pk))
    messages.success(request, "Open again. What was concluded is kept until it is written anew.")
    return redirect("report", pk)


@require_POST
def experiment_find(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Let the images ticked be what was found."""
    experiment = access.experiment_for(request.user, pk)
    experiments.find(experiment, _uuids(request.POST.getlist("shown")), _uuids(request.POST.getlist("image")))
    messages.success(request, "The result is kept.")
    return redirect("report", pk)


def _uuids(texts: Iterable[str]) -> set[UUID]:
    """Return the ids among what was sent; what is none, like a stranger's, changes nothing."""
    found = set()
    for text in list(texts)[:MOST_IDS]:
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found
