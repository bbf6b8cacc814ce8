"""How an image stands, as the image page, triage and comparing draw it: stars, status, what one may do.

Reads; changes nothing. `of` answers for many images at once, with the same number of queries.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gallery import judged, moves, reviewrule
from gallery.judged import Stars
from gallery.models import Decision, Review, Status
from gallery.models.judging import MOST_STARS
from studio.accounts.models import Member
from studio.generation.models import Image

LOOKS = {  # how a status is drawn: kind and icon of its badge
    Status.OPEN: ("", "circle"),
    Status.PROPOSED: ("live", "eye"),
    Status.CHANGES: ("warn", "pencil"),
    Status.APPROVED: ("ok", "check"),
    Status.FINAL: ("ok", "star"),
    Status.REJECTED: ("bad", "x"),
}
BUTTONS = {  # what a move is called on its button, its kind, icon and key
    Status.OPEN: ("Reopen", "", "rotate-ccw", "o"),
    Status.PROPOSED: ("Propose", "is-live", "eye", "p"),
    Status.CHANGES: ("Needs work", "is-warn", "pencil", "w"),
    Status.APPROVED: ("Approve", "is-ok", "circle-check", "a"),
    Status.FINAL: ("Make final", "is-ok", "star", "f"),
    Status.REJECTED: ("Reject", "is-bad", "circle-x", "x"),
}
ORDER = (
    Status.PROPOSED,
    Status.APPROVED,
    Status.FINAL,
    Status.CHANGES,
    Status.REJECTED,
    Status.OPEN,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A status that the member may move the image to, as its button."""

    to: Status
    name: str
    look: str
    icon: str
    key: str
    pick: bool  # what “pick” means for this member
    small: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Star:
    """One of the five buttons of a rating."""

    value: int
    on: bool
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one image stands for one member. `seen`: the number of its last decision; `said`: its changes."""

    image: Image
    status: Status
    seen: int
    said: int
    mine: int
    mean: float | None
    count: int
    moves: tuple[Move, ...]
    own_last: bool

    @property
    def picks(self) -> list[Move]:
        """Return what “pick” means here, as a list of one; of none where the member may not."""
        return [move for move in self.moves if move.pick]

    @property
    def main(self) -> list[Move]:
        """Return the moves that are drawn large: what is decided most."""
        return [move for move in self.moves if not move.small]

    @property
    def minor(self) -> list[Move]:
        """Return the other moves."""
        return [move for move in self.moves if move.small]

    @property
    def kind(self) -> str:
        """Return the kind of its badge."""
        return LOOKS[self.status][0]

    @property
    def icon(self) -> str:
        """Return the icon of its badge."""
        return LOOKS[self.status][1]

    @property
    def stars(self) -> list[Star]:
        """Return the five buttons."""
        return [Star(value=n, on=n <= self.mine, own=n == self.mine) for n in range(1, MOST_STARS + 1)]

    @property
    def rated(self) -> str:
        """Return the mean and how many rated, "" where nobody did."""
        return f"{self.mean:.1f} from {self.count}" if self.mean is not None else ""


def of(member: Member, images: Sequence[Image]) -> dict[int, Standing]:
    """Return how images stand, by their id. Three queries for any number, two where none is the member's."""
    return _all(member, images, Review.objects.in_bulk([image.pk for image in images]))


def one(member: Member, image: Image) -> Standing:
    """Return how one image stands."""
    return of(member, [image])[image.pk]


def by_review(member: Member, image: Image, review: Review | None) -> Standing:
    """Return how one image stands whose review was read already, None where it has none."""
    return _all(member, [image], {image.pk: review} if review else {})[image.pk]


def history(image: Image) -> list[Decision]:
    """Return an image's decisions, the newest first. One query."""
    return list(Decision.objects.filter(image=image).select_related("member").order_by("-number"))


def said(pk: int) -> int:
    """Return the count of what was said about an image. One query."""
    return Review.objects.filter(pk=pk).values_list("said", flat=True).first() or 0


def _all(member: Member, images: Sequence[Image], reviews: Mapping[int, Review]) -> dict[int, Standing]:
    stars = judged.stars(member, [image.pk for image in images])
    bound = _bound(member, images)
    return {
        image.pk: _standing(
            member,
            image,
            reviews.get(image.pk),
            stars.get(image.pk, Stars()),
            others_approve=image.pk in bound,
        )
        for image in images
    }


def _bound(member: Member, images: Collection[Image]) -> frozenset[int]:
    """Return those of one's own that a rule has others approve; only who reviews is asked about."""
    own = [image.pk for image in images if image.member_id == member.pk]
    return reviewrule.binds(own) if moves.judges(member.role) else frozenset()


def _standing(
    member: Member, image: Image, review: Review | None, stars: Stars, *, others_approve: bool
) -> Standing:
    was = Status(review.status) if review else Status.OPEN
    return Standing(
        image=image,
        status=was,
        seen=review.number if review else 0,
        said=review.said if review else 0,
        mine=stars.mine,
        mean=stars.mean,
        count=stars.count,
        moves=_moves(member, image, was, others_approve=others_approve),
        own_last=review is not None and review.number > 0 and review.by_id == member.pk,
    )


def _moves(member: Member, image: Image, was: Status, *, others_approve: bool) -> tuple[Move, ...]:
    own = image.member_id == member.pk
    may = moves.offered(role=member.role, own=own, was=was, others_approve=others_approve)
    pick = moves.picked(role=member.role, was=was)
    return tuple(_move(to, pick=to == pick, judge=moves.judges(member.role)) for to in ORDER if to in may)


def _move(to: Status, *, pick: bool, judge: bool) -> Move:
    name, look, icon, key = BUTTONS[to]
    small = to == Status.OPEN or (judge and to == Status.PROPOSED)
    return Move(
        to=to,
        name="Withdraw" if to == Status.OPEN and not judge else name,
        look=look,
        icon=icon,
        key=key,
        pick=pick,
        small=small,
    )
