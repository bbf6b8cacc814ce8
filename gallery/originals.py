"""Originals as files: only after a permission check, under a name a person can read (G11, DL-07)."""

import logging
import re
import unicodedata
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_cache_control

from studio.generation.models import Image

log = logging.getLogger(__name__)

TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
ENDINGS = {"jpeg": "jpg"}
MOST_NAME = 60


def answer(request: HttpRequest, image: Image) -> HttpResponse:
    """Return the original's bytes, inline or with ?download=1 as a file to keep. Raises Http404."""
    tag = f'"{image.sha256}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag, "Cache-Control": "private"})
    response = HttpResponse(_bytes(image), content_type=TYPES[image.format])
    response["ETag"] = tag
    response["Content-Disposition"] = _disposition(image, keep=request.GET.get("download") == "1")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    patch_cache_control(response, private=True, max_age=3600)
    return response


def _bytes(image: Image) -> bytes:
    """Read the file; below 30 MB that is faster than streaming it through the server."""
    try:
        return bytes((settings.ORIGINALS / image.original).read_bytes())
    except OSError:
        log.exception("image %s: its original is missing", image.uuid)
        raise Http404("The file of this image is missing on the server.") from None


def _disposition(image: Image, *, keep: bool) -> str:
    name = file_name(image)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    kind = "attachment" if keep else "inline"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def file_name(image: Image) -> str:
    """Return the prompt's first words and the image's short id: letters, digits, hyphens."""
    words = re.sub(r"[^\w]+", "-", image.prompt[: 4 * MOST_NAME]).strip("-_").lower()[:MOST_NAME].strip("-_")
    return f"{words or 'image'}-{str(image.uuid)[:8]}.{ENDINGS.get(image.format, image.format)}"
