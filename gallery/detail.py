"""The page of one image put together: its family, where it lies, what was judged and said of it."""

from typing import Any

from gallery import family, linkpages, placing, query, search, shown, standing, thread
from gallery.filters import Filters
from gallery.models import Review
from gallery.typed import Typed
from studio.accounts.models import Member
from studio.generation import recipelinks
from studio.generation.models import Image
from studio.prompts.worddiff import diff

NOTHING_TYPED = Typed()


def page(member: Member, image: Image, filters: Filters, typed: Typed = NOTHING_TYPED) -> dict[str, Any]:
    """Return what templates/gallery/image.html reads."""
    kin = family.of(member, image, search.neighbours(member, query.read(filters.said), image.pk))
    parent = family.parent(kin, image)
    return {
        "line": family.line(kin, image),
        "more_children": kin.more,
        "parent": parent,
        "changes": diff(parent.prompt, image.prompt) if parent else [],
        "recipe_link": recipelinks.of_image(image),
        "guests_said": linkpages.said_of(image),
        "placing": placing.of(member, image),
        "query": filters.query,
        "image": image,
        **shown.first(member, shown.of(image), filters, (kin.newer, kin.older)),
        **judging(member, image, kin.review, filters, typed),
    }


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
        "next": shown.address(image.uuid, filters),
        "saying": saying(image, filters),
    }


def saying(image: Image, filters: Filters) -> str:
    """Return an image's address within a search, to which what is to be said is added."""
    return f"{shown.address(image.uuid, filters)}{'&' if filters.query else '?'}"
