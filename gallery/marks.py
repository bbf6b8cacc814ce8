"""What a member made of images for themselves: their own stars and favourites, put beside the kept tiles."""

from collections.abc import Collection, Mapping

from django.db.models import F, Value

from gallery.models import Favourite, Rating
from studio.accounts.models import Member
from studio.templatetags.look import icon


def of(member: Member, ids: Collection[int]) -> Mapping[int, str]:
    """Return a small piece of HTML for each image that the member marked. One query."""
    stars = Rating.objects.filter(member=member, image__in=ids).values_list("image", "stars")
    kept = Favourite.objects.filter(member=member, image__in=ids)
    found: dict[int, str] = {}
    for pk, count in stars.union(kept.annotate(stars=Value(0)).values_list("image", F("stars")), all=True):
        found[pk] = found.get(pk, "") + (_stars(count) if count else _heart())
    return found


def _stars(count: int) -> str:
    return (
        f'<span class="plate plate--mine">{icon("star")}{count}<span class="sr"> stars from you</span></span>'
    )


def _heart() -> str:
    return f'<span class="plate plate--mine">{icon("heart")}<span class="sr">Your favourite</span></span>'
