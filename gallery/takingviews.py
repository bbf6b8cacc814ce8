"""The doors by which images are taken along: one as it is wanted, many in a ZIP, and how they are called."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from gallery import bundle, filenames, manifest, originals, selection, taking
from gallery.recoding import Unmade, kind_of
from gallery.selection import Selection
from gallery.taking import Choice
from studio.accounts.http import MemberRequest
from studio.generation.access import image_for
from studio.generation.exportgate import gate
from studio.generation.exportviews import busy
from studio.generation.models import Image
from studio.templatetags.look import number

either = require_http_methods(["GET", "HEAD", "POST"])  # a selection may be longer than an address
SHOWN = 3  # names in the preview


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a form means: the images with their numbers, how many were refused, and how they are wanted."""

    images: QuerySet[Image]
    numbered: list[tuple[int, int]]
    refused: int
    choice: Choice

    @property
    def problem(self) -> str:
        """Return why there can be no ZIP of it, "" where there can."""
        if not self.numbered:
            return "None of these images is there for you to see. Go back and choose some."
        if len(self.numbered) > bundle.MOST:
            return f"One ZIP holds {number(bundle.MOST)} images at most. Narrow the search, or choose some."
        return self.choice.problem


@require_safe
def image_download(request: MemberRequest, uuid: UUID) -> HttpResponseBase:
    """Send one image as it is wanted: ?format=original, png, webp; ?inside=kept, recipe, clean (C22)."""
    image = image_for(request.user, uuid)
    try:
        return one(image, taking.read(request.GET, Choice()))
    except originals.Lost:
        return originals.lost(request)


def one(image: Image, choice: Choice, stem: str = "") -> HttpResponseBase:
    """Return an image's file to keep, named by its prompt or as told. Raises originals.Lost."""
    kind = kind_of(image.format, choice.format)
    try:
        data = bundle.made_of(image, choice)
    except (OSError, Unmade):
        originals.log.exception("image %s: its original is missing", image.uuid)
        raise originals.Lost(originals.LOST) from None
    name = f"{stem or originals.stem_of(image)}.{originals.ENDINGS.get(kind, kind)}"
    return originals.inert(HttpResponse(data, content_type=originals.TYPES[kind]), name)


@either
def download_page(request: MemberRequest) -> HttpResponse:
    """Draw what a ZIP of the chosen images would be, and how its files would be called."""
    chosen = selection.read(request)
    asked = _asked(request, chosen)
    return render(request, "gallery/download.html", _page(chosen, asked))


@either
def download_zip(request: MemberRequest) -> HttpResponseBase:
    """Send the chosen images in a ZIP; what cannot be one is said on the page, with 422 (C21)."""
    chosen = selection.read(request)
    asked = _asked(request, chosen)
    if asked.problem:
        return render(request, "gallery/download.html", _page(chosen, asked), status=422)
    if request.method == "POST":
        taking.remember(request.user, asked.choice)
    wanted = bundle.Wanted(images=asked.images, numbered=asked.numbered, choice=asked.choice)
    name = f"images-{timezone.localtime():%Y-%m-%d-%H-%M}.zip"
    return zipped(
        request.user.pk, bundle.stream(wanted, timezone.localtime()), name, head=request.method == "HEAD"
    )


def zipped(who: UUID, pieces: Iterator[bytes], name: str, *, head: bool = False) -> HttpResponseBase:
    """Send a ZIP, one at a time for each who asks; to come again is said with 429 (LOAD-07)."""
    place = gate.enter(who)
    if place is None:
        return busy()
    if head:
        place.leave()
        return originals.inert(HttpResponse(content_type="application/zip"), name)
    sent = StreamingHttpResponse(place.through(pieces), content_type="application/zip")
    return originals.inert(sent, name)


def _asked(request: MemberRequest, chosen: Selection) -> Asked:
    images = chosen.images(request.user)
    numbered = bundle.numbered(images)
    form = request.POST if request.method == "POST" else request.GET
    return Asked(
        images=images,
        numbered=numbered,
        refused=chosen.refused(len(numbered)),
        choice=taking.read(form, taking.remembered(request.user)),
    )


def _page(chosen: Selection, asked: Asked) -> dict[str, Any]:
    """Return what templates/gallery/download.html reads."""
    return {
        "asked": asked,
        "refused_text": refused(asked.refused),
        "choice": asked.choice,
        "count": min(len(asked.numbered), bundle.MOST),
        "names": _names(asked),
        "fields": filenames.FIELDS.items(),
        "all": chosen.all,
        "upto": "" if chosen.upto is None else str(chosen.upto),
        "images": " ".join(str(uuid) for uuid in chosen.uuids),
    }


def refused(count: int) -> str:
    """Return how many of the chosen images are left out, in words, "" for none."""
    if not count:
        return ""
    are = "image is" if count == 1 else "images are"
    return f"{number(count)} {are} left out: gone, or not yours to see."


def _names(asked: Asked) -> list[str]:
    """Return what the first files would be called."""
    images = bundle.found(asked.images, [pk for _, pk in asked.numbered[:SHOWN]])
    said, names, choice = manifest.said_of(images.keys()), filenames.Names(), asked.choice
    pattern = filenames.USUAL if choice.problem else choice.pattern
    shown = []
    for place, pk in asked.numbered[:SHOWN]:
        if pk in images:
            kind = kind_of(images[pk].format, choice.format)
            stem = filenames.fill(pattern, manifest.values(images[pk], place, said))
            shown.append(names.give(stem, originals.ENDINGS.get(kind, kind)))
    return shown
