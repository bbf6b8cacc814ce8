"""The ledger's rows: an account a member, its entries, the prices learned from them, what was checked.

Only `studio.credits.ledger` writes accounts and entries. Amounts are whole credits.
"""

from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from studio import prepared
from studio.accounts.models import Key, Member


class Kind(models.TextChoices):
    """What an entry does to the balance and to what is held."""

    GRANT = "grant", "Granted"
    HOLD = "hold", "Held"
    SETTLE = "settle", "Spent"
    RELEASE = "release", "Released"
    ADJUST = "adjust", "Adjusted"
    LATE = "late", "Charged late"  # what the provider took for something that was released before
    REFUND = "refund", "Refunded"


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
    """One line of the ledger, for ever. `reference` names what it was for; credits do not know what."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=8, choices=Kind)
    posted = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    reference = models.UUIDField()
    key_id = models.UUIDField(null=True, blank=True)  # which API key paid (D23)
    actor = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

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
            models.Index(fields=["key_id"], condition=~Q(posted=0), name="entry_of_key"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.posted or self.held}"


class Price(models.Model):
    """What a size and a quality really cost so far (D15, D16)."""

    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    quality = models.CharField(max_length=32)
    low = models.PositiveIntegerField()
    high = models.PositiveIntegerField()
    last = models.PositiveIntegerField(null=True)
    seen = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["width", "height", "quality"], name="price_once"),
            models.CheckConstraint(condition=Q(low__lte=F("high")), name="price_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.width}×{self.height} {self.quality}: {self.low}–{self.high}"


class Charge(models.Model):
    """How often a size and a quality cost just this: of these the median is made (D15)."""

    price = models.ForeignKey(Price, models.CASCADE, related_name="charges")
    cost = models.PositiveIntegerField()
    seen = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["cost"]
        constraints = [models.UniqueConstraint(fields=["price", "cost"], name="charge_once")]

    def __str__(self) -> str:
        return f"{self.seen} × {self.cost}"


class Source(models.TextChoices):
    """Where a figure of the provider's comes from."""

    REFUSAL = "refusal", "Doitong refused an image"
    ASKED = "asked", "Doitong was asked"
    TYPED = "typed", "Typed in"


class Anchor(models.Model):
    """What a Doitong account had left at a moment, beside what our entries of its keys added up to (D13).

    `under_way` is what was held then for images that it was making: the figure is exact only where
    that is 0. `booked` is what of the drift was booked since.
    """

    account = models.UUIDField()  # Key.account: keys with the same one spend from the same credits
    key = models.ForeignKey(Key, models.PROTECT, related_name="+")
    source = models.CharField(max_length=8, choices=Source)
    figure = models.BigIntegerField()
    ours = models.BigIntegerField()
    under_way = models.BigIntegerField(default=0)
    booked = models.BigIntegerField(default=0)
    explained_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(source__in=Source.values), name="anchor_source_known")
        ]
        indexes = [models.Index(F("account"), F("id").desc(), name="anchor_newest")]

    def __str__(self) -> str:
        return f"{self.figure} credits, {self.at:%Y-%m-%d %H:%M}"


class Checkup(models.Model):
    """What a night's self-check found, and what it mended (D14)."""

    at = models.DateTimeField(default=timezone.now)
    entries = models.PositiveBigIntegerField()
    open_holds = models.PositiveIntegerField()
    ended = models.PositiveIntegerField(default=0)  # holds whose jobs had ended before
    findings = models.JSONField(default=list)  # sentences

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {len(self.findings)} findings"
