"""Anchors: what a Doitong account really has, beside what our entries say; the drift between two (D13).

A figure of the provider's changes no balance by itself. It is written down, the drift since the anchor
before is shown, and a person books it with a reason (LED-15, PRV-06). Amounts are credits.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from studio.accounts.models import Event, Key, Member, Verb
from studio.credits import ledger
from studio.credits.models import SPENDS, Anchor, Entry, Kind, Source

BOOKED = UUID("6d1f2f0e-6c0b-4b7e-9d53-0a2b8c1f7a10")  # names the entry that an anchor's drift is booked by


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What the provider's figure moved by more (or, below zero, less) than our entries since `before`."""

    anchor: Anchor
    before: Anchor
    credits: int

    @property
    def is_exact(self) -> bool:
        """Whether nothing was under way when the figure was named: only then may it be booked."""
        return self.anchor.under_way == 0

    @property
    def moved(self) -> int:
        """Return what the provider's figure moved by."""
        return self.anchor.figure - self.before.figure

    @property
    def ours(self) -> int:
        """Return what our entries moved by."""
        return self.moved - self.credits


def ours(account: UUID) -> int:
    """Return the sum of what was spent and adjusted on the keys of a Doitong account; below zero."""
    keys = Key.objects.filter(account=account).values("pk")
    entries = Entry.objects.filter(key_id__in=keys, kind__in=[*SPENDS, Kind.ADJUST])
    return int(entries.exclude(posted=0).aggregate(total=Coalesce(Sum("posted"), 0))["total"])


def note(
    key: Key, figure: int, *, source: Source, under_way: int, now: datetime, by: Member | None = None
) -> Anchor:
    """Write down what the provider said, or a person read off its page; `under_way` is held for images."""
    if by is not None:
        Event.note(Verb.CREDITS_RECONCILED, who=by, subject=key.pk, figure=figure)
    return Anchor.objects.create(
        account=key.account,
        key=key,
        source=source,
        figure=figure,
        ours=ours(key.account),
        under_way=under_way,
        by=by,
        at=now,
    )


def newest(account: UUID) -> Anchor | None:
    """Return the newest anchor of a Doitong account."""
    return Anchor.objects.filter(account=account).select_related("key", "by").first()


def drift(anchor: Anchor) -> Drift | None:
    """Return the drift up to this anchor since the last exact one before it; None where there is none."""
    earlier = Anchor.objects.filter(account=anchor.account, pk__lt=anchor.pk)
    before = earlier.filter(under_way=0).first()
    if before is None:
        return None
    between = Anchor.objects.filter(account=anchor.account, pk__gte=before.pk, pk__lt=anchor.pk)
    booked = between.aggregate(total=Coalesce(Sum("booked"), 0))["total"]
    entries = anchor.ours - before.ours - booked
    left = anchor.figure - before.figure - entries - anchor.booked
    return Drift(anchor=anchor, before=before, credits=left)


def explain(anchor: Anchor, amount: int) -> None:
    """Say that so many credits of the anchor's drift stand in entries of their own now."""
    Anchor.objects.filter(pk=anchor.pk).update(booked=F("booked") + amount, explained_at=timezone.now())
    anchor.refresh_from_db(fields=["booked", "explained_at"])


@transaction.atomic
def book(anchor: Anchor, member: Member, *, actor: Member, reason: str) -> int:
    """Book the anchor's drift on a member's account, once; return the credits, 0 where there is nothing to.

    Raises ValueError without a reason.
    """
    anchor = Anchor.objects.select_for_update().get(pk=anchor.pk)
    found = drift(anchor)
    if found is None or not found.is_exact or found.credits == 0:
        return 0
    reference = uuid5(BOOKED, f"{anchor.pk} {anchor.booked}")
    ledger.adjust(
        member, found.credits, actor=actor, reason=reason, reference=reference, key_id=anchor.key_id
    )
    explain(anchor, found.credits)
    return found.credits
