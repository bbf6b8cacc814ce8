"""The doors through which a recipe comes in or goes out: links, pictures, larger repeats (A34, A35, A36)."""

import re
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studio.accounts.http import MemberRequest
from studio.accounts.uploads import beyond, bounded
from studio.credits.ledger import NotEnoughCredits
from studio.generation import access, composing, drafts, explore, promoting, recipelinks, runs, telling
from studio.generation.embedded import UnreadablePicture
from studio.generation.estimate import planned
from studio.generation.forms import ComposerForm
from studio.generation.models import Image
from studio.generation.promoting import Larger
from studio.generation.recipe import plan
from studio.generation.recipelinks import TooLongForALink
from studio.generation.runs import CannotStart
from studio.generation.telling import NoRecipe

TOKEN = re.compile(r"[0-9a-f]{32}")


@require_safe
def recipe(request: MemberRequest) -> HttpResponse:
    """Open the form as the address says, beside what is being written; nothing is kept until they type."""
    form = ComposerForm(initial=recipelinks.fields_of(request.GET), member=request.user)
    page = explore.page(request.user, form, coached=composing.wants_coach(request)) | {
        "draft_id": uuid4(),
        "other_drafts": drafts.others(request.user, None),
    }
    return render(request, "generation/explore.html", page)


@require_POST
def recipe_link(request: MemberRequest) -> HttpResponse:
    """Go to the link of what the form holds; what is written is kept first."""
    explore.keep_draft(request.user, request.POST)
    try:
        return redirect(recipelinks.link(recipelinks.fields_of(request.POST)))
    except TooLongForALink as error:
        messages.error(request, str(error))
        return redirect("explore")


@bounded(telling.MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def picture_recipe(request: MemberRequest) -> HttpResponse:
    """Ask for a picture; read the recipe out of one that is posted into a new draft."""
    if request.method != "POST":
        return render(request, "generation/picture.html")
    try:
        told = telling.tell(request.user, _picture(request))
    except (NoRecipe, UnreadablePicture) as error:
        return render(request, "generation/picture.html", {"refusal": str(error)}, status=422)
    address = drafts.address_of(told.draft)
    return render(request, "generation/picture.html", {"told": told, "draft_url": address})


def _picture(request: MemberRequest) -> bytes:
    file = request.FILES.get("picture")
    if beyond(request):
        raise NoRecipe(f"The file has more than {telling.MOST_BYTES // 1_000_000} MB. It was not read.")
    if file is None:
        raise NoRecipe("No picture was chosen. Choose one first.")
    return bytes(file.read())


@require_http_methods(["GET", "HEAD", "POST"])
def promote(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Say what an image costs at a larger size, and that it will be another picture; repeat it there."""
    image = access.image_for(request.user, uuid)
    offers = promoting.larger(image)
    asked = (request.POST if request.method == "POST" else request.GET).get("size", "")
    chosen = next((one for one in offers if one.name == asked), offers[-1] if offers and not asked else None)
    if chosen is None:
        raise Http404("There is no such larger size for this image.")
    if request.method != "POST":
        return _promotion(request, image, offers, chosen)
    if "edit" in request.POST:
        return redirect(drafts.address_of(promoting.draft(request.user, image, chosen)))
    token = request.POST.get("token", "")
    token = token if TOKEN.fullmatch(token) else runs.new_token()
    try:
        run = runs.start(request.user, promoting.recipe(request.user, image, chosen), token=token)
    except (CannotStart, NotEnoughCredits) as error:
        return _promotion(request, image, offers, chosen, str(error))
    return redirect("run", run.pk)


def _promotion(
    request: MemberRequest, image: Image, offers: list[Larger], chosen: Larger, refusal: str = ""
) -> HttpResponse:
    made = plan(promoting.recipe(request.user, image, chosen), most_images=settings.RUN_MOST_IMAGES)
    page = {
        "image": image,
        "offers": offers,
        "chosen": chosen,
        "estimate": planned(request.user, made),
        "more": promoting.more(image, chosen),
        "token": runs.new_token(),
        "refusal": refusal,
    }
    return render(request, "generation/promote.html", page, status=422 if refusal else 200)
