"""The door at which is kept what comparing showed (A25, A30). The address says what is compared."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from gallery import choice, comparing, found
from studio.accounts.http import MemberRequest
from studio.generation.access import experiment_for, images_for


@require_POST
def compare_found(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Keep which of the images compared are findings of an experiment, and why; or close it with that."""
    experiment, asked = experiment_for(request.user, pk), choice.read(request.GET)
    images = [one for one in images_for(request.user, asked.images) if one.job.run.experiment_id == pk]
    form = found.FoundForm(experiment, request.POST, images=images)
    if not form.is_valid():
        page = comparing.page(request.user, asked, typed=form)
        return render(request, "gallery/compare.html", page, status=422)
    messages.success(request, found.keep(images, form))
    return redirect(f"{reverse('compare')}{asked.query}#found")
