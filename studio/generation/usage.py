"""How much room pictures take, of the team and of each member, and whether a quota is used up (G13, DL-10).

What counts is what was received and is not removed for good: the trash counts too. Sums are kept for half a
minute a process, so that a quota costs a press of Generate nothing. Reads images only.
"""

import time
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from django.conf import settings
from django.db.models import Count, QuerySet, Sum

from studio.accounts.models import Member
from studio.generation.models import Image

KEPT = 30.0  # seconds
SHARES_KEPT = 300.0  # they read every image
MOST_SHOWN = 10
GIGABYTE, MEGABYTE = 1_000_000_000, 1_000_000

_kept: dict[UUID | None, tuple[float, int]] = {}
_shares: "list[tuple[float, list[Share]]]" = []  # one at the most, and when it was made
_lock = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a member's pictures take, in bytes, and how many they are."""

    member: Member
    bytes: int
    images: int

    @property
    def says(self) -> str:
        """Return the bytes in words."""
        return said(self.bytes)


def full(member: Member) -> str:
    """Return a sentence for a person while a quota is used up, else nothing. One query, or none."""
    for of, quota, whose in (
        (None, settings.QUOTA_TEAM, "The team’s pictures take"),
        (member.pk, settings.QUOTA_MEMBER, "Your pictures take"),
    ):
        if quota and (used := taken(of)) >= quota:
            return (
                f"{whose} {said(used)} of the {said(quota)} that they may. Nothing was started. Throw away "
                "what is not needed and empty the trash, or ask an owner for more room."
            )
    return ""


def taken(member_id: UUID | None = None) -> int:
    """Return the bytes of a member's pictures, or of everybody's; at most half a minute old."""
    now = time.monotonic()
    with _lock:
        at, figure = _kept.get(member_id, (0.0, -1))
    if figure >= 0 and now - at < KEPT:
        return figure
    images: QuerySet[Image] = Image.objects.all()
    found = images.filter(member=member_id) if member_id else images
    figure = int(found.aggregate(sum=Sum("bytes"))["sum"] or 0)
    with _lock:
        _kept[member_id] = (now, figure)
    return figure


def by_member() -> list[Share]:
    """Return whose pictures take most, the largest first; at most five minutes old. Two queries, or none."""
    now = time.monotonic()
    with _lock:
        kept = [shares for at, shares in _shares if now - at < SHARES_KEPT]
    if kept:
        return kept[0]
    shares = _counted()
    with _lock:
        _shares[:] = [(now, shares)]
    return shares


def _counted() -> list[Share]:
    images = Image.objects.order_by().values("member").annotate(sum=Sum("bytes"), many=Count("pk"))
    rows = list(images.order_by("-sum")[:MOST_SHOWN])
    members = Member.objects.in_bulk([row["member"] for row in rows])
    return [Share(member=members[row["member"]], bytes=row["sum"], images=row["many"]) for row in rows]


def said(size: int) -> str:
    """Return bytes in the unit that fits: `850 MB`, `12.5 GB`."""
    if size >= GIGABYTE:
        return f"{size / GIGABYTE:,.1f} GB"
    return f"{size / MEGABYTE:,.0f} MB" if size >= MEGABYTE else f"{size / 1_000:,.0f} kB"


def forget() -> None:
    """Count anew at the next question."""
    with _lock:
        _kept.clear()
        _shares.clear()
