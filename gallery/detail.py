"""The page of one image put together: its recipe, what it cost, how long it took, who sees it."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from gallery import family, linkpages, placing, query, search, standing, thread, versions
from gallery.filters import Filters
from gallery.models import Review
from gallery.typed import Typed
from studio.accounts.models import Member
from studio.generation import recipelinks
from studio.generation.capabilities import current
from studio.generation.models import Image, Job
from studio.generation.sizes import SIZES, larger, nearest_shape
from studio.generation.tiles import ALT_CHARACTERS
from studio.prompts.worddiff import diff
from studio.templatetags.look import credits_, ratio_class

NOTHING_TYPED = Typed()


def page(member: Member, image: Image, filters: Filters, typed: Typed = NOTHING_TYPED) -> dict[str, Any]:
    """Return what templates/gallery/image.html reads."""
    kin = family.of(member, image, search.neighbours(member, query.read(filters.said), image.pk))
    parent = family.parent(kin, image)
    own = image.member_id == member.pk
    return {
        "image": image,
        "ratio": ratio_class(image.width, image.height),
        "alt": image.prompt[:ALT_CHARACTERS],
        "params": params(image),
        "newer": _address(kin.newer, filters),
        "older": _address(kin.older, filters),
        "query": filters.query,
        "back": f"{reverse('gallery')}{filters.with_query(around=image.uuid)}#image-{image.uuid}",
        "line": family.line(kin, image),
        "more_children": kin.more,
        "parent": parent,
        "changes": diff(parent.prompt, image.prompt) if parent else [],
        "may_change": own,
        "larger": [SIZES[name].label for name in larger(image.job.width, image.job.height)][-1:],
        "recipe_link": recipelinks.of_image(image),
        "run": reverse("run", args=[image.job.run_id]) if own else "",
        "guests_said": linkpages.said_of(image),
        "version": versions.of_image(image) is not None,
        "sent_as": image.job.run.template if own else "",
        "placing": placing.of(member, image),
    } | judging(member, image, kin.review, filters, typed)


def judging(
    member: Member, image: Image, review: Review | None, filters: Filters, typed: Typed
) -> dict[str, Any]:
    """Return what the parts about judging and talking read."""
    stands = standing.by_review(member, image, review)
    return {
        "standing": stands,
        "history": standing.history(image) if stands.seen else [],
        "talk": thread.of(member, image),
        "typed": typed,
        "problem": "" if typed.text or typed.edits else typed.problem,
        "next": reverse("image", args=[image.uuid]) + filters.query,
        "saying": saying(image, filters),
    }


def saying(image: Image, filters: Filters) -> str:
    """Return an image's address within a search, to which what is to be said is added."""
    return f"{reverse('image', args=[image.uuid])}{filters.query}{'&' if filters.query else '?'}"


def params(image: Image) -> list[tuple[str, str]]:
    """Return the recipe and the figures, in pairs of name and value."""
    job = image.job
    quality = current().parameter("quality")
    labels = quality.choices if quality and quality.choices else {}
    pairs = [
        ("Size", f"{image.width} × {image.height}, {nearest_shape(image.width, image.height).label}"),
        ("Quality", labels.get(job.quality, job.quality) if job.quality else ""),
        ("Model", current().service),
        ("Cost", credits_(image.cost) or "not confirmed"),
        ("Took", _took(job)),
        ("File", f"{image.format.upper()}, {_bytes(image.bytes)}"),
        ("Doitong’s id", job.remote_id),
    ]
    if (image.width, image.height) != (job.width, job.height):  # IMG-10: shown, charged once
        pairs.insert(1, ("Asked for", f"{job.width} × {job.height}"))
    return [(name, value) for name, value in pairs if value]


def made(image: Image) -> str:
    """Return when an image was made, in the team's time zone."""
    return date_format(timezone.localtime(image.created_at), "j F Y, H:i")


def _took(job: Job) -> str:
    if job.sent_at is None or job.completed_at is None:
        return ""
    waited = max(0, round((job.sent_at - job.created_at).total_seconds()))
    made = max(0, round((job.completed_at - job.sent_at).total_seconds()))
    return f"{made} s, {waited} s in line"


def _bytes(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, count // 1000)} KB"


def _address(uuid: UUID | None, filters: Filters) -> str:
    return reverse("image", args=[uuid]) + filters.query if uuid else ""
