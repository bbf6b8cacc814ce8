"""Stars and decisions for many images at once, and how they are taken back (C10, C12, C19)."""

from collections.abc import Collection
from itertools import groupby

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from gallery import changes, deciding, deeds, moves, rating, reviewrule
from gallery.models import Deed, Rating, Review, Status
from studio.accounts.models import Member
from studio.generation import many
from studio.generation.models import Image


def may_rate(_member: Member) -> Q:
    """Everybody rates what they see."""
    return Q()


def may_decide(member: Member) -> Q:
    """Reviewers decide about everybody's images, others about their own."""
    return Q() if moves.judges(member.role) else Q(member=member)


def rate(member: Member, images: QuerySet[Image], form: QueryDict) -> Deed:
    """Give images the stars of `stars`, 0 to take one's own away. Raises Impossible."""
    stars, ids = rating.stars_of(form.get("stars", "")), _ids(images)
    former = Rating.objects.filter(member=member, image__in=many.among(ids))
    kept = {str(image): stars for image, stars in former.values_list("image", "stars")}
    _give(member, ids, stars)
    changes.note(ids)
    done = f"given {deeds.counted(stars, 'star')}" if stars else "without your stars"
    return deeds.did(member, "rate", f"{deeds.counted(len(ids))} {done}", ids, former=kept)


def unrate(deed: Deed) -> None:
    """Give each image back the stars it had of this member."""
    ids, former = deed.kept["ids"], deed.kept["former"]
    by_stars = sorted(ids, key=lambda pk: former.get(str(pk), 0))
    for stars, some in groupby(by_stars, key=lambda pk: former.get(str(pk), 0)):
        _give(deed.member, list(some), stars)
    changes.note(ids)


def decide(member: Member, images: QuerySet[Image], form: QueryDict) -> Deed:
    """Move images to the status of `to`, those that can be; the others are counted. Raises Impossible."""
    to, reason = deciding.status_named(form.get("to", "")), deciding.reason_of(form.get("reason", ""))
    ids = _ids(images)
    own = set(images.filter(member=member).values_list("pk", flat=True))
    bound = reviewrule.binds(own) if moves.judges(member.role) else frozenset()
    reviews = [
        one
        for one in _locked(ids)
        if moves.possible(Status(one.status), to)
        and not moves.refusal(
            role=member.role, own=one.pk in own, was=Status(one.status), to=to, others_approve=one.pk in bound
        )
    ]
    moved = [one.pk for one in reviews]
    numbers = {str(one.pk): one.number + 1 for one in reviews}
    was = {str(one.pk): one.status for one in reviews}
    deciding.write(reviews, member, dict.fromkeys(moved, to), reason=reason)
    sentence = f"{deeds.counted(len(moved))} now {to.label.lower()}"
    deed = deeds.did(member, "status", sentence, moved, numbers=numbers, was=was)
    deed.refused = len(ids) - len(moved)
    return deed


def undecide(deed: Deed) -> None:
    """Take those decisions back that nobody has decided anything after."""
    numbers, was = deed.kept["numbers"], deed.kept["was"]
    reviews = [one for one in _locked(deed.kept["ids"]) if one.number == numbers[str(one.pk)]]
    to = {one.pk: Status(was[str(one.pk)]) for one in reviews}
    deciding.write(reviews, deed.member, to, taken_back=True)


def _give(member: Member, ids: Collection[int], stars: int) -> None:
    """Write a member's stars, 0 for none. Two statements."""
    Rating.objects.filter(member=member, image__in=many.among(ids)).delete()
    if stars:
        many.add(Rating, ids, member=member, stars=stars, at=timezone.now())


def _locked(ids: Collection[int]) -> list[Review]:
    """Return the reviews of these images, locked until the commit, in one order for everybody."""
    changes.begin(ids)
    rows = Review.objects.select_for_update().filter(image__in=many.among(ids))
    return list(rows.order_by("image"))


def _ids(images: QuerySet[Image]) -> list[int]:
    return list(images.order_by("-pk").values_list("pk", flat=True))
