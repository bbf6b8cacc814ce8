"""Originals as files: only after a permission check, under a name a person can read (G11, DL-07)."""

import logging
import re

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header

from studio.generation import originals
from studio.generation.inscribing import inscribed
from studio.generation.models import Image

log = logging.getLogger(__name__)

TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
ENDINGS = {"jpeg": "jpg"}
MOST_NAME = 60  # characters: with four bytes each still below a file system's 255
ABSENT = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 320" width="480" height="320">'
    '<rect width="480" height="320" fill="#8a8b91" fill-opacity=".16"/>'
    '<g fill="none" stroke="#8a8b91" stroke-width="3" stroke-linecap="round" stroke-linejoin="round">'
    '<path d="M208 104h64a10 10 0 0 1 10 10v64M272 184h-64a10 10 0 0 1-10-10v-60M196 100l88 88"/></g>'
    '<g font-family="system-ui,sans-serif" fill="#8a8b91" text-anchor="middle">'
    '<text x="240" y="228" font-size="17">The file of this image is missing</text>'
    '<text x="240" y="252" font-size="13">Its recipe, comments and cost are kept.</text></g></svg>'
)
LOST = "The file of this image is missing on the server. Its recipe, comments and cost are kept."
INERT = "default-src 'none'; sandbox"  # a picture opened by itself may do nothing at all


class Lost(Exception):
    """The file of an image is missing or is no picture any more; says so in a sentence."""


def answer(request: HttpRequest, image: Image) -> HttpResponseBase:
    """Return the original's bytes, inline or with ?download=1 as a file to keep; a line where it is missing.

    With ?download=recipe the file carries its recipe (A36).

    A browser may keep them but asks each time whether it still may show them (PERM-03): the answer
    to that is a 304 without a body.
    """
    with_recipe = request.GET.get("download") == "recipe"
    tag = f'"{image.sha256}{"-recipe" if with_recipe else ""}"'
    response = get_conditional_response(request, etag=tag)
    if response is None:
        try:
            response = _file(request, image)
        except Lost:
            # in a page a line can be read where the picture was; by itself it is a page
            return absent() if is_for_showing(request) else lost(request)
    response["ETag"] = tag
    response["Content-Security-Policy"] = INERT  # on a 304 too: a cache may take its headers over
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _file(request: HttpRequest, image: Image) -> HttpResponse:
    asked = request.GET.get("download")
    data = _bytes(image)
    if asked == "recipe":  # the original itself stays clean, for clients (C22)
        data = inscribed(data, image.format, recipe_of(image), (image.width, image.height))
    response = HttpResponse(data, content_type=TYPES[image.format])
    keep = asked in {"1", "recipe"}
    response["Content-Disposition"] = content_disposition_header(keep, file_name(image)) or ""
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def recipe_of(image: Image) -> dict[str, object]:
    """Return what is written into a copy of the image's file: what was asked, never who asked or a key."""
    job = image.job
    asked = {"prompt": image.prompt, "width": job.width, "height": job.height, "quality": job.quality}
    return {**asked, "image": str(image.uuid)}


def _bytes(image: Image) -> bytes:
    """Read the file; below 30 MB that is faster than streaming it through the server."""
    try:
        return originals.read(image.original)
    except OSError:
        log.exception("image %s: its original is missing", image.uuid)
        raise Lost(LOST) from None


def inert(response: HttpResponseBase, name: str) -> HttpResponseBase:
    """Return a file to be kept under a name, with which a browser may do nothing else."""
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    response["Content-Security-Policy"] = INERT
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def is_for_showing(request: HttpRequest) -> bool:
    """Tell whether a browser asks for a picture that stands in a page."""
    dest = request.headers.get("Sec-Fetch-Dest", "")
    return dest == "image" or (not dest and request.headers.get("Accept", "").startswith("image/"))


def lost(request: HttpRequest) -> HttpResponse:
    """Return the page that says of an image that its file is missing, and what to do."""
    return render(request, "gallery/lost.html", {"text": LOST}, status=404)


def absent() -> HttpResponse:
    """Return a picture that says that there is none: browsers draw it although the answer is a 404."""
    response = HttpResponse(ABSENT, status=404, content_type="image/svg+xml")
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def file_name(image: Image) -> str:
    """Return the prompt's first words and the image's short id: letters, digits, hyphens."""
    return f"{stem_of(image)}.{ENDINGS.get(image.format, image.format)}"


def stem_of(image: Image) -> str:
    """Return such a name without its ending."""
    words = re.sub(r"\W+", "-", image.prompt[: 4 * MOST_NAME].lower()).strip("-_")[:MOST_NAME].strip("-_")
    return f"{words or 'image'}-{str(image.uuid)[:8]}"
