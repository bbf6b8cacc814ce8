"""What became of the credits of a time: each charge of the ledger with the image that it bought (D19, A31).

Reads entries, purchases, jobs, images and reviews. The newest `MOST` charges of the time are read, no more:
the cost is bounded on a gallery of any size; what is told says when there were more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from gallery.models import Status
from gallery.reckoning import Fact, Outcome
from studio.accounts.models import Member
from studio.credits import gains
from studio.credits.gains import Gain
from studio.credits.models import SPENDS, Entry
from studio.credits.models.rollups import NONE
from studio.generation.models import Image, Purchase
from studio.generation.models.image import Visibility

MOST = 10_000
MOST_IMAGES = 5_000  # of a member, for the figure on their page of credits
GOOD = (Status.APPROVED, Status.FINAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose charges, of which project (`NONE` is General), of how many days up to now."""

    days: int
    member: UUID | None = None
    project: UUID | None = None
    only_shared: bool = False  # words of private images are their maker's


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """What a purchase was of, as the database tells it."""

    job: UUID
    prompt: str
    width: int
    height: int
    quality: str
    styles: list[str]
    image: int | None
    fingerprint: str | None
    visibility: str | None
    status: str | None


def register() -> None:
    """Have the page of credits ask here for approved images (D4)."""
    gains.approvals_told_by(approvals)


def approvals(member: UUID, since: datetime) -> Gain:
    """Return a member's images since then, and the approved, of the newest `MOST_IMAGES`. One query."""
    newest = Image.objects.filter(member=member).order_by("-pk").values("pk")[:MOST_IMAGES]
    made = Image.objects.filter(pk__in=newest, created_at__gte=since)
    told = list(made.values_list("review__status", flat=True))
    return Gain(made=len(told), approved=sum(one in GOOD for one in told))


def facts(asked: Asked, now: datetime) -> tuple[list[Fact], bool]:
    """Return what became of the charges, and whether there were more than were read. Two queries."""
    charges = _charges(asked, now)
    rows = list(charges.values_list("reference", "posted", "account_id", "project_id"))
    bought = _bought(charges)
    spent: dict[UUID, int] = {}
    whose: dict[UUID, tuple[UUID, UUID | None]] = {}
    for reference, posted, member, project in rows:
        job = bought[reference].job if reference in bought else reference
        spent[job] = spent.get(job, 0) - posted
        whose[job] = member, project
    by_job = {one.job: one for one in bought.values()}
    again = _duplicates(by_job.values())
    found = [_fact(by_job.get(job), *whose[job], much, again, asked) for job, much in spent.items()]
    return found, len(rows) == MOST


def _charges(asked: Asked, now: datetime) -> QuerySet[Entry]:
    found = Entry.objects.filter(kind__in=SPENDS, opened_at__gte=now - timedelta(days=asked.days)).exclude(
        posted=0
    )
    if asked.member:
        found = found.filter(account=asked.member)
    if asked.project is not None:
        found = found.filter(project_id=None if asked.project == NONE else asked.project)
    return found.order_by("-opened_at", "-pk")[:MOST]


def _bought(charges: QuerySet[Entry]) -> dict[UUID, Bought]:
    image = ("job__image__pk", "job__image__sha256", "job__image__visibility", "job__image__review__status")
    job = ("job__prompt", "job__width", "job__height", "job__quality", "job__run__styles")
    rows = Purchase.objects.filter(pk__in=charges.values("reference")).order_by()
    return {pk: _as_bought(told) for pk, *told in rows.values_list("pk", "job_id", *job, *image)}


def _as_bought(told: list[Any]) -> Bought:
    job, prompt, width, height, quality, styles, image, fingerprint, visibility, status = told
    return Bought(
        job=job,
        prompt=prompt,
        width=width,
        height=height,
        quality=quality,
        styles=styles or [],
        image=image,
        fingerprint=fingerprint,
        visibility=visibility,
        status=status,
    )


def _duplicates(those: Iterable[Bought]) -> set[int]:
    """Return the images whose file is that of an older one among these."""
    oldest: dict[str, int] = {}
    images = [(one.image, one.fingerprint) for one in those if one.image is not None and one.fingerprint]
    for image, fingerprint in images:
        oldest[fingerprint] = min(image, oldest.get(fingerprint, image))
    return {image for image, fingerprint in images if oldest[fingerprint] != image}


def _fact(
    one: Bought | None, member: UUID, project: UUID | None, spent: int, again: set[int], asked: Asked
) -> Fact:
    if one is None:  # the job is gone; what it cost is not
        return Fact(
            member=member, project=project, size="", quality="", styles=(), prompt="", spent=spent,
            outcome=Outcome.FAILED, words=False,
        )  # fmt: skip
    return Fact(
        member=member,
        project=project,
        size=f"{one.width} × {one.height}",
        quality=one.quality,
        styles=tuple(one.styles),
        prompt=one.prompt,
        spent=spent,
        outcome=_outcome(one, again),
        words=one.image is not None and (not asked.only_shared or one.visibility == Visibility.TEAM),
    )


def _outcome(one: Bought, again: set[int]) -> Outcome:
    if one.image is None:
        return Outcome.FAILED
    if one.status in GOOD:
        return Outcome.APPROVED
    if one.status == Status.REJECTED:
        return Outcome.REJECTED
    return Outcome.DUPLICATE if one.image in again else Outcome.OPEN


def people() -> dict[UUID, str]:
    """Return the names of all members, also of those who left."""
    return dict(Member.objects.values_list("pk", "name"))
