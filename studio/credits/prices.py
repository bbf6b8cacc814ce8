"""What an image will cost, in credits: the documented range, narrowed by what was really charged.

`documented` is pure. The studio copies no price list of the provider's: it learns (S28 to S30, D16).
"""

import logging
from dataclasses import dataclass

from django.db.models import F, Value
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from studio.credits.models import Price

log = logging.getLogger(__name__)

BELIEVED = 2  # times the documented upper end: what lies above is not taken for a price
SMALLEST, STANDARD, HIGH = 512 * 512, 1024 * 1024, 2048 * 2048  # pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The least and the most that an image can cost, in credits, and how that is known."""

    low: int
    high: int
    documented: bool
    label: str
    seen: int = 0


def documented(width: int, height: int) -> Range:
    """Return what the provider's page says of a size, by its area; an honest guess where it is silent."""
    area = width * height
    if area >= HIGH:
        return Range(low=30, high=50, documented=True, label="high resolution")
    if area > STANDARD:
        return Range(low=20, high=50, documented=False, label="not priced by the provider")
    if area >= SMALLEST:
        return Range(low=10, high=20, documented=True, label="standard resolution")
    return Range(low=10, high=20, documented=False, label="not priced by the provider")


def price_range(width: int, height: int, quality: str) -> Range:
    """Return the range of a size and quality: what it cost before, else what is documented."""
    price = Price.objects.filter(width=width, height=height, quality=quality).first()
    return narrowed(documented(width, height), price)


def narrowed(known: Range, price: Price | None) -> Range:
    """Return the range after the charges seen; they are the truth, even beyond the documented range."""
    if price is None:
        return known
    times = "once" if price.seen == 1 else f"{price.seen} times"
    return Range(
        low=price.low,
        high=price.high,
        documented=known.documented,
        label=f"charged {times} before",
        seen=price.seen,
    )


def learn(width: int, height: int, quality: str, cost: int) -> bool:
    """Remember what an image really cost; safe when two processes learn at once.

    One far from what is documented is booked, but teaches nothing: a single odd charge, perhaps of
    one member's own key, must not set what everybody's images hold. Returns whether it was learned.
    Raises ValueError for a negative cost.
    """
    if cost < 0:
        raise ValueError("A cost is never negative.")
    if not 0 < cost <= BELIEVED * documented(width, height).high:
        log.warning(
            "%s x %s %s cost %s credits: far from documented, not learned", width, height, quality, cost
        )
        return False
    fresh = {"low": cost, "high": cost}
    price, made = Price.objects.get_or_create(width=width, height=height, quality=quality, defaults=fresh)
    if not made:
        Price.objects.filter(pk=price.pk).update(
            low=Least(F("low"), Value(cost)),
            high=Greatest(F("high"), Value(cost)),
            seen=F("seen") + 1,
            updated_at=timezone.now(),
        )
    return True
