"""Files for guests: pictures by the link's own signed addresses, and downloads where it allows them (C18).

The addresses of the studio's own renditions are never told to a guest: whoever has one of those needs nothing
else, and it would outlive the link. Here every request asks whether the link is open and shows the picture.
"""

from collections.abc import Mapping
from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from gallery import bundle, guestlinks, guestpass, originals, taking, takingviews
from gallery.guestviews import closed, inside, linked, unlisted
from gallery.models import GuestItem, GuestLink
from gallery.recoding import Inside
from gallery.taking import Choice
from studio.generation.models import Image
from studio.generation.originals import read as read_original
from studio.generation.zipping import stem

NAMED = "{number}"
LOST = "The file of this picture is missing on the server. Tell whoever sent you the link."


@require_safe
@unlisted
def picture(request: HttpRequest, signed: str) -> HttpResponseBase:
    """Send a picture by its signed address; 404 once the link is closed or the image taken out of it."""
    asked = guestpass.read(signed)
    item = _item(asked) if asked else None
    if asked is None or item is None:
        return HttpResponse(status=404)
    tag = f'"{item.image.sha256[:32]}-{asked.size}"'
    response = get_conditional_response(request, etag=tag) or _sent(item, asked.size)
    if response.status_code != 404:
        response["ETag"] = tag
        response["Cache-Control"] = "private, no-cache"
        response["Content-Security-Policy"] = originals.INERT
        response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _item(asked: guestpass.Picture) -> GuestItem | None:
    open_now = guestlinks.still_open(GuestLink.objects.filter(pk=asked.link), timezone.now())
    link = open_now.first()
    if link is None:
        return None
    return guestlinks.items(link).filter(number=asked.number).select_related("image").first()


def _sent(item: GuestItem, size: int) -> HttpResponse:
    image = item.image
    try:
        if size:
            data = (settings.PICTURES / image.token / f"{size}.webp").read_bytes()
            return HttpResponse(data, content_type="image/webp")
        response = HttpResponse(read_original(image.original), content_type=originals.TYPES[image.format])
    except OSError:
        originals.log.exception("image %s: a file of it is missing", image.uuid)
        return originals.absent()
    response["Content-Disposition"] = f'inline; filename="{item.number:03}"'
    return response


@require_safe
@linked
def download(request: HttpRequest, link: GuestLink, secret: str, number: int) -> HttpResponseBase:
    """Send one picture to keep; clean, unless the link shows prompts and the recipe is asked for."""
    let_in, _ = inside(request, link)
    item = guestlinks.items(link).filter(number=number).select_related("image__job").first()
    if not (let_in and link.may_download) or item is None:
        return closed()
    try:
        return takingviews.one(item.image, _choice(link, request.GET), stem=_stem(link, item.number))
    except originals.Lost:
        return closed(LOST)


@require_safe
@linked
def download_all(request: HttpRequest, link: GuestLink, secret: str) -> HttpResponseBase:
    """Send all pictures of a link in a ZIP, one at a time for each link."""
    let_in, _ = inside(request, link)
    if not (let_in and link.may_download):
        return closed()
    items = guestlinks.items(link)
    wanted = bundle.Wanted(
        images=Image.objects.filter(pk__in=items.values("image")),
        numbered=list(items.values_list("number", "image")),
        choice=_choice(link, request.GET),
        shows=guestlinks.shows(link),
    )
    pieces = bundle.stream(wanted, timezone.localtime())
    return takingviews.zipped(
        link.pk, pieces, f"{stem(link.title) or 'images'}.zip", head=request.method == "HEAD"
    )


def _choice(link: GuestLink, asked: Mapping[str, str]) -> Choice:
    usual = Choice(inside=Inside.CLEAN, pattern=NAMED)
    choice = taking.read({"format": asked.get("format", ""), "inside": asked.get("inside", "")}, usual)
    told = choice.inside is not Inside.RECIPE or link.shows_prompts
    return choice if told else replace(choice, inside=Inside.CLEAN)


def _stem(link: GuestLink, number: int) -> str:
    return f"{stem(link.title) or 'image'}-{number:03}"
