"""The ledger's rows: an account a member, and its entries. Amounts are whole credits.

Only `studio.credits.ledger` writes them.
"""

from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from studio import prepared
from studio.accounts.models import Member


class Kind(models.TextChoices):
    """What an entry does to the balance and to what is held."""

    GRANT = "grant", "Granted"
    HOLD = "hold", "Held"
    SETTLE = "settle", "Spent"
    RELEASE = "release", "Released"
    ADJUST = "adjust", "Adjusted"
    LATE = "late", "Charged late"  # what the provider took for something that was released before
    REFUND = "refund", "Refunded"
    LAPSE = "lapse", "Lapsed"  # the unused rest of a top-up whose time was over (D10)


ENDS = [Kind.SETTLE, Kind.RELEASE]
SPENDS = [Kind.SETTLE, Kind.LATE, Kind.REFUND]
SIGNS = (
    Q(kind=Kind.GRANT, posted__gt=0, held=0)
    | Q(kind=Kind.HOLD, posted=0, held__gt=0)
    | Q(kind=Kind.SETTLE, posted__lte=0, held__lt=0)
    | Q(kind=Kind.RELEASE, posted=0, held__lt=0)
    | Q(kind=Kind.ADJUST, held=0) & ~Q(posted=0)
    | Q(kind=Kind.LATE, posted__lt=0, held=0)
    | Q(kind=Kind.REFUND, posted__gt=0, held=0)
    | Q(kind=Kind.LAPSE, posted__lt=0, held=0)
)


class Account(models.Model):
    """A member's credits: the running totals of their entries, changed only together with one.

    The balance may fall below zero, when a picture cost more than was held for it: the provider
    has taken the credits all the same (LED-11), and nothing more passes until it is covered.
    """

    member = models.OneToOneField(Member, models.PROTECT, primary_key=True, related_name="account")
    balance = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)
    drawn = models.BigIntegerField(default=0)  # of what was spent, how much the top-ups know of (D10)
    notices = models.PositiveIntegerField(default=0)  # that wait to be read: kept where every page reads

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(held__gte=0), name="account_held_not_negative"),
            models.CheckConstraint(condition=Q(spent__gte=0), name="account_spent_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.balance} credits, {self.held} held"

    @classmethod
    def of(cls, member_id: UUID) -> "Account":
        """Return the member's account as it is now; an empty one, not saved, where they have none."""
        return _OF.first(member=member_id) or Account(member_id=member_id)

    @property
    def available(self) -> int:
        """What may be held for new work, in credits."""
        return self.balance - self.held


_OF = prepared.Rows(lambda: Account.objects.filter(pk=prepared.uuid("member")))


class Entry(models.Model):
    """One line of the ledger, for ever. `reference` names what it was for; credits do not know what.

    `opened_at` is when its hold was made, also in what ends the hold or comes after its end: a
    budget counts a picture in the window in which it was admitted (LED-13). It is null in what
    was never held, a grant or an adjustment.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=8, choices=Kind)
    posted = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    reference = models.UUIDField()
    key_id = models.UUIDField(null=True, blank=True)  # which API key paid (D23)
    project_id = models.UUIDField(null=True, blank=True)  # what it was for; none is the team's own work
    actor = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(fields=["reference", "kind"], name="entry_once"),
            models.UniqueConstraint(
                fields=["reference"], condition=Q(kind__in=ENDS), name="entry_hold_ends_once"
            ),
            models.CheckConstraint(condition=SIGNS, name="entry_signs"),
        ]
        indexes = [
            models.Index(F("account"), F("id").desc(), name="entry_page"),
            models.Index(fields=["account", "kind", "created_at"], name="entry_sums"),
            models.Index(fields=["created_at"], name="entry_of_month"),
            models.Index(fields=["key_id"], condition=~Q(posted=0), name="entry_of_key"),
            models.Index(fields=["opened_at"], condition=Q(opened_at__isnull=False), name="entry_opened"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.posted or self.held}"
