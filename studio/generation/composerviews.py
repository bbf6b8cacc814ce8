"""The doors of the composer: what it tells as one types, and what changes its text by a button.

Each works as a plain POST of the whole form, and as a swap. Nothing here starts a run.
"""

from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from studio.accounts.http import MemberRequest
from studio.accounts.models import Member
from studio.generation import access, composing, drafts, explore, runs, tiles, writing
from studio.generation.forms import ComposerForm
from studio.generation.writing import CannotSave, Said

YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def estimate(request: HttpRequest) -> HttpResponse:
    """Keep the draft, and tell what Generate would make and cost now."""
    if not isinstance(request.user, Member):
        return kept_for_later(request)
    told = cast(MemberRequest, request)
    if not told.htmx:
        return _drawn(told, told.POST)
    form = ComposerForm(told.POST, member=told.user)
    draft = explore.keep_draft(told.user, told.POST)
    form.is_valid()
    token = str(form.cleaned_data.get("token") or runs.new_token())
    coached = composing.wants_coach(told)
    composed = composing.compose(told.user, form, token=token, coached=coached)
    page = explore.told(composed) | {"form": form, "draft_id": draft.pk, "token": token, "coached": coached}
    page |= {"seen": drafts.seen_at(draft)}
    page |= {"before": writing.before_of(told.POST), "moved": form.moved, "going": form.going}
    return render(told, "generation/estimated.html", page)


def kept_for_later(request: HttpRequest) -> HttpResponse:
    """Send a signed-out person to sign in; what they typed comes back as a draft then."""
    drafts.stash(request.session, request.POST.dict())
    url = f"{reverse('account_login')}?{urlencode({'next': reverse('explore')})}"
    return HttpResponseClientRedirect(url) if request.headers.get("HX-Request") else redirect(url)


@require_POST
def insert(request: MemberRequest) -> HttpResponse:
    """Put words at the end of the prompt: what a script does at the cursor (A27)."""
    return _drawn(request, writing.with_words(request.POST))


@require_POST
def flatten(request: MemberRequest) -> HttpResponse:
    """Write styles and word lists out as plain text (A19)."""
    return _drawn(request, writing.flattened(request.POST))


@require_POST
def restore(request: MemberRequest) -> HttpResponse:
    """Bring back what was written before it was flattened."""
    return _drawn(request, writing.restored(request.POST))


@require_POST
def draw(request: MemberRequest) -> HttpResponse:
    """Draw what is random anew (A8)."""
    return _drawn(request, writing.drawn_anew(request.POST))


@require_POST
def save(request: MemberRequest) -> HttpResponse:
    """Save the prompt under a name, or as the next version of the one that it was taken from (A20)."""
    try:
        posted, said = writing.saved(request.user, request.POST)
    except CannotSave as error:
        return _drawn(request, request.POST, refused=str(error))
    return _drawn(request, posted, said=said)


@require_POST
def coach(request: MemberRequest) -> HttpResponse:
    """Hide the coach, or have it back; the browser remembers (A26)."""
    wanted = request.POST.get("coach") != "off"
    answer = _drawn(request, request.POST, coached=wanted)
    if wanted:
        answer.delete_cookie(composing.COACH)
    else:
        answer.set_cookie(composing.COACH, "off", max_age=YEAR, httponly=True, samesite="Lax")
    return answer


@require_safe
def made_page(request: MemberRequest) -> HttpResponse:
    """Draw images that are there already, for 0 credits (A32)."""
    try:
        uuids = [UUID(one) for one in request.GET.getlist("image")[:24]]
    except ValueError:
        raise Http404("There is no such image.") from None
    found = [tiles.tile_of_image(image) for image in access.images_for(request.user, uuids)]
    return render(request, "generation/made.html", {"tiles": found})


def _drawn(
    request: MemberRequest,
    posted: QueryDict,
    *,
    said: Said | None = None,
    refused: str = "",
    coached: bool | None = None,
) -> HttpResponse:
    """Keep what is posted as the draft, and answer with the composer drawn anew, or with its whole page."""
    form = ComposerForm(posted, member=request.user)
    draft = explore.keep_draft(request.user, posted)
    wanted = composing.wants_coach(request) if coached is None else coached
    page = explore.page(request.user, form, draft=draft, coached=wanted)
    page |= {"said": said, "refused": refused, "before": writing.before_of(posted)}
    return render(request, f"generation/{'composed' if request.htmx else 'explore'}.html", page)
