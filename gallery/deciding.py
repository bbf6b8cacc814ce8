"""Decides about images, one or many: the one writer of a review's status (C12).

Each change is a new row that says who, when and why; the review's row is locked meanwhile, and its number
says whether somebody else was faster. Nothing is ever rewritten: taking back is a decision too.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from gallery import changes, moves, reviewrule
from gallery.models import Decision, Review, Status
from gallery.models.judging import MOST_REASON
from gallery.refusals import Impossible, NotTheirs, Overtaken
from studio.accounts.models import Member
from studio.generation import many
from studio.generation.models import Image


def status_named(word: str) -> Status:
    """Return the status of this name. Raises Impossible."""
    try:
        return Status(word)
    except ValueError:
        raise Impossible("There is no such status. Choose one of those on the page.") from None


def decide(
    member: Member, image: Image, to: Status, *, seen: int, reason: str = "", at: datetime | None = None
) -> Review:
    """Move an image to another status and return where it stands.

    `seen` is the number of the decision that the member saw last, 0 for none. Said twice it is done once.
    Raises NotTheirs, Impossible, Overtaken.
    """
    reason = reason_of(reason)
    with transaction.atomic():
        review = Review.locked(image.pk)
        was = Status(review.status)
        if was == to and review.by_id == member.pk:
            return review
        _refuse_overtaken(review, seen)
        _refuse(member, image, was, to)
        write([review], member, {review.pk: to}, reason=reason, at=at)
    return Review.objects.get(pk=image.pk)


def take_back(member: Member, image: Image, number: int, *, at: datetime | None = None) -> Review:
    """Take back the newest decision, which must be the member's own. Raises NotTheirs, Overtaken."""
    with transaction.atomic():
        review = Review.locked(image.pk)
        _refuse_overtaken(review, number)
        last = Decision.objects.filter(image=image, number=number).first()
        if last is None or last.member_id != member.pk:
            raise NotTheirs("Only your own last decision can be taken back.")
        write([review], member, {review.pk: Status(last.was)}, taken_back=True, at=at)
    return Review.objects.get(pk=image.pk)


def reason_of(text: str) -> str:
    """Return a reason as it is kept. Raises Impossible where it is too long."""
    text = text.replace("\0", "").strip()
    if len(text) > MOST_REASON:
        raise Impossible(f"The reason has {len(text):,} characters. Keep it below {MOST_REASON:,}.")
    return text


def _refuse_overtaken(review: Review, seen: int) -> None:
    if review.number != seen:
        last = Decision.objects.select_related("member").get(image=review.pk, number=review.number)
        raise Overtaken(said(last) + " Look again before you decide.")


def _refuse(member: Member, image: Image, was: Status, to: Status) -> None:
    if was == to:
        raise Impossible(f"It is {to.label.lower()} already.")
    own = image.member_id == member.pk
    rule = own and to in moves.PRAISE and bool(reviewrule.binds([image.pk]))
    if sentence := moves.refusal(role=member.role, own=own, was=was, to=to, others_approve=rule):
        raise NotTheirs(sentence)
    if not moves.possible(was, to):
        raise Impossible(f"What is {was.label.lower()} cannot become {to.label.lower()} in one step.")


def write(
    reviews: Sequence[Review],
    member: Member,
    to: Mapping[int, Status],
    *,
    reason: str = "",
    taken_back: bool = False,
    at: datetime | None = None,
) -> None:
    """Move reviews, which are locked, each to its own status. A few statements, however many they are."""
    at = at or timezone.now()
    same = {"member": member, "reason": reason, "taken_back": taken_back, "at": at}
    decisions = [
        Decision(image_id=one.pk, number=one.number + 1, was=one.status, status=to[one.pk], **same)
        for one in reviews
    ]
    Decision.objects.bulk_create(decisions, batch_size=1000)
    for status in Status:
        ids = [one.pk for one in reviews if to[one.pk] == status]
        if ids:
            moved = Review.objects.filter(image__in=many.among(ids))
            moved.update(status=status, number=F("number") + 1, at=at, by=member)
    changes.note([one.pk for one in reviews])


def said(decision: Decision) -> str:
    """Return a decision in a sentence."""
    if decision.taken_back:
        return f"{decision.member} took a decision back; it is {decision.get_status_display().lower()} again."
    reason = f": “{decision.reason}”" if decision.reason else "."
    return f"{decision.member} {moves.DONE[Status(decision.status)]} it{reason}"
