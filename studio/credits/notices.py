"""What a member is told in the app: each thing once, and how many wait. Touches notices and their count."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.aggregates import Count
from django.db.models.functions import Coalesce

from studio.accounts.models import Member
from studio.credits.models import Account, Notice

MOST_LISTED = 50


def listed(member: Member) -> list[Notice]:
    """Return what a member was told, the newest first. One query."""
    return list(Notice.objects.filter(member=member).order_by("-id")[:MOST_LISTED])


def write(notices: Collection[Notice]) -> None:
    """Add these notices, each once for its alert and member; to be called in a transaction."""
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    count({notice.member_id for notice in notices})


@transaction.atomic
def mark_read(member: Member, now: datetime) -> None:
    """Note that a member has read all that they were told."""
    Notice.objects.filter(member=member, read_at=None).update(read_at=now)
    count({member.pk})


def count(member_ids: Collection[UUID]) -> None:
    """Count again what waits to be read, where every page reads it; rows are taken in one order."""
    waiting = Notice.objects.filter(member=OuterRef("pk"), read_at=None).order_by()
    counted = waiting.values("member").annotate(n=Count("pk")).values("n")
    for member_id in sorted(member_ids):
        Account.objects.get_or_create(member_id=member_id)
        Account.objects.select_for_update().get(pk=member_id)  # what is counted then is all that committed
        Account.objects.filter(pk=member_id).update(notices=Coalesce(Subquery(counted), 0))
