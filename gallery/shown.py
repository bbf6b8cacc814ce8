"""What is seen first of one image: itself, its recipe, what it cost, how long it took, its neighbours.

Made of plain values, since a step from one image to the next is to cost little. No query but `read`'s.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from gallery import versions
from gallery.filters import Filters
from gallery.fragment import image_address
from studio.accounts.models import Member
from studio.generation.access import image_values_for
from studio.generation.capabilities import current
from studio.generation.models import Image
from studio.generation.sizes import SIZES, larger, nearest_shape
from studio.generation.tiles import ALT_CHARACTERS
from studio.templatetags.look import credits_, ratio_class

TITLE, CRUMB = 60, 48  # characters of a prompt

type Beside = tuple[UUID | None, UUID | None]
"""The images next to one that a member sees, newer and older."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The columns of an image, and of its job, run and maker, under their names in `COLUMNS`."""

    pk: int
    uuid: UUID
    prompt: str
    width: int
    height: int
    format: str
    bytes: int
    cost: int | None
    created_at: datetime
    member_id: UUID
    member__name: str
    member__email: str
    job__quality: str
    job__width: int
    job__height: int
    job__remote_id: str
    job__created_at: datetime
    job__sent_at: datetime | None
    job__completed_at: datetime | None
    job__picks: list[Any]
    job__run_id: UUID
    job__run__template: str
    job__run__axes: list[Any]
    job__run__prompt_version: UUID | None


COLUMNS = tuple(field.name for field in fields(Shown))
_columns = attrgetter(*(name.replace("__", ".") for name in COLUMNS))


def read(member: Member, uuid: UUID) -> Shown:
    """Return an image that the member may see. Raises Http404. One query."""
    return Shown(*image_values_for(member, uuid, COLUMNS))


def of(image: Image) -> Shown:
    """Return an image that was read already, with its job, run and maker."""
    return Shown(*_columns(image))


def first(member: Member, shown: Shown, filters: Filters, beside: Beside) -> dict[str, Any]:
    """Return what templates/gallery/stage.html, about.html, actions.html and params.html read of an image."""
    prompt, own = shown.prompt, shown.member_id == member.pk
    version = versions.among(shown.job__run__axes, shown.job__picks, shown.job__run__prompt_version)
    return {
        "title": _cut(prompt, TITLE),
        "crumb": _cut(prompt, CRUMB),
        "ratio": ratio_class(shown.width, shown.height),
        "alt": prompt[:ALT_CHARACTERS],
        "original": f"{image_address(shown.uuid)}/original",
        "moment": shown.created_at.isoformat(timespec="seconds"),
        "made": made(shown.created_at),
        "params": params(shown),
        "newer": address(beside[0], filters),
        "older": address(beside[1], filters),
        "back": f"{_gallery()}{filters.with_query(around=shown.uuid)}#image-{shown.uuid}",
        "may_change": own,
        "larger": _larger(shown.job__width, shown.job__height),
        "run": reverse("run", args=[shown.job__run_id]) if own else "",
        "version": version is not None,
        "sent_as": shown.job__run__template if own and shown.job__run__template != prompt else "",
    }


def params(shown: Shown) -> list[tuple[str, str]]:
    """Return the recipe and the figures, in pairs of name and value."""
    quality = current().parameter("quality")
    labels = quality.choices if quality and quality.choices else {}
    asked = shown.job__quality
    pairs = [
        ("Size", f"{shown.width} × {shown.height}, {nearest_shape(shown.width, shown.height).label}"),
        ("Quality", labels.get(asked, asked) if asked else ""),
        ("Model", current().service),
        ("Cost", credits_(shown.cost) or "not confirmed"),
        ("Took", _took(shown)),
        ("File", f"{shown.format.upper()}, {_bytes(shown.bytes)}"),
        ("Doitong’s id", shown.job__remote_id),
    ]
    if (shown.width, shown.height) != (shown.job__width, shown.job__height):  # IMG-10: charged once
        pairs.insert(1, ("Asked for", f"{shown.job__width} × {shown.job__height}"))
    return [(name, value) for name, value in pairs if value]


def made(moment: datetime) -> str:
    """Return when an image was made, in the team's time zone."""
    return date_format(timezone.localtime(moment), "j F Y, H:i")


def address(uuid: UUID | None, filters: Filters) -> str:
    """Return where an image has its page within a search, "" for none."""
    return image_address(uuid) + filters.query if uuid else ""


def _took(shown: Shown) -> str:
    if shown.job__sent_at is None or shown.job__completed_at is None:
        return ""
    waited = max(0, round((shown.job__sent_at - shown.job__created_at).total_seconds()))
    made = max(0, round((shown.job__completed_at - shown.job__sent_at).total_seconds()))
    return f"{made} s, {waited} s in line"


def _bytes(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, count // 1000)} KB"


def _larger(width: int, height: int) -> list[str]:
    return [SIZES[name].label for name in larger(width, height)][-1:]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


@cache
def _gallery() -> str:
    return reverse("gallery")
