"""The doors of judging: stars, decisions, taking back, and the team's rule."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gallery import answering, deciding, rating, standing
from gallery.filters import read
from gallery.models import ReviewRule
from gallery.refusals import Refused
from studio.accounts.access import owners_only
from studio.accounts.fields import position
from studio.accounts.http import MemberRequest
from studio.generation.access import image_for
from studio.generation.door import nothing_new

ASK_AGAIN = 3  # seconds between two questions of an open image page


@require_POST
def image_rating(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Give an image the member's stars, or take them away (C10)."""
    image = image_for(request.user, uuid)
    try:
        rating.rate(request.user, [image], rating.stars_of(request.POST.get("stars", "")))
    except Refused as refused:
        return answering.not_judged(request, image, refused.sentence)
    return answering.judged(request, image)


@require_POST
def image_decision(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Move an image to another status (C12)."""
    image, asked = image_for(request.user, uuid), request.POST
    try:
        to = deciding.status_named(asked.get("to", ""))
        seen = position(asked.get("seen", "")) or 0
        deciding.decide(request.user, image, to, seen=seen, reason=asked.get("reason", ""))
    except Refused as refused:
        return answering.not_judged(request, image, refused.sentence)
    return answering.judged(request, image)


@require_POST
def image_take_back(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Take back the member's own last decision."""
    image = image_for(request.user, uuid)
    try:
        deciding.take_back(request.user, image, position(request.POST.get("seen", "")) or 0)
    except Refused as refused:
        return answering.not_judged(request, image, refused.sentence)
    return answering.judged(request, image)


@require_safe
def image_news(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Answer an open page: nothing new, or how the image stands now and what was said."""
    image = image_for(request.user, uuid)
    if standing.said(image.pk) == (position(request.GET.get("seen", "")) or 0):
        return nothing_new(ASK_AGAIN)
    context = answering.of_standing(request, image) | answering.of_talk(request, image)
    filters = read(request.GET)
    context |= {"query": filters.query, "next": answering.way_back(request, image), "oob": True}
    return render(request, "gallery/judged_news.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@owners_only
def review_rules(request: MemberRequest) -> HttpResponse:
    """The team's rule for approving (C12)."""
    rule = ReviewRule.present()
    if request.method != "POST":
        return render(request, "gallery/review_rules.html", {"rule": rule})
    rule.others_approve = request.POST.get("others_approve") == "1"
    rule.by, rule.changed_at = request.user, timezone.now()
    rule.save()
    messages.success(request, "The rule is saved. It holds for what is decided from now on.")
    return redirect("review_rules")
