"""What an image will cost, in credits: the documented range, narrowed by what was really charged.

`documented` is pure. The studio copies no price list of the provider's: it learns (S28 to S30, D16).
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from studio import prepared
from studio.accounts.models import Event, Verb
from studio.credits.models import Charge, Price

log = logging.getLogger(__name__)

SURE = 3  # charges after which what was seen is the known range, and not what is documented
TOLD_AGAIN = timedelta(days=1)
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
    price = _KNOWN.first(width=width, height=height, quality=quality)
    return narrowed(documented(width, height), price)


def price_ranges(settings: Iterable[tuple[int, int, str]]) -> dict[tuple[int, int, str], Range]:
    """Return the range of each size and quality, as `price_range` does. One query for all of them."""
    wanted = set(settings)
    if len(wanted) == 1:
        [one] = wanted
        return {one: price_range(*one)}
    found = Price.objects.filter(
        width__in={width for width, _, _ in wanted}, height__in={height for _, height, _ in wanted}
    )
    known = {(price.width, price.height, price.quality): price for price in found}
    return {one: narrowed(documented(one[0], one[1]), known.get(one)) for one in wanted}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line of the price list: what a size and a quality cost, in credits, of `seen` charges (D15)."""

    width: int
    height: int
    quality: str
    last: int
    median: int
    low: int
    high: int
    seen: int
    updated_at: datetime


def learn(width: int, height: int, quality: str, cost: int) -> bool:
    """Remember what an image really cost; safe when two processes learn at once.

    One far from what is documented is booked, but teaches nothing: a single odd charge, perhaps of
    one member's own key, must not set what everybody's images hold. A charge outside the known range
    is noted for the admins (D15). Returns whether it was learned. Raises ValueError for a negative cost.
    """
    if cost < 0:
        raise ValueError("A cost is never negative.")
    price = _KNOWN.first(width=width, height=height, quality=quality)
    known = _known(documented(width, height), price)
    if not known.low <= cost <= known.high:
        _note_change(f"{width} × {height} {quality}".strip(), cost, known)
    if not 0 < cost <= BELIEVED * documented(width, height).high:
        log.warning(
            "%s x %s %s cost %s credits: far from documented, not learned", width, height, quality, cost
        )
        return False
    if price is None or not _SEEN_AGAIN(price=price.pk, cost=cost, now=timezone.now()):
        price = _first_seen(width, height, quality, cost)
    if not _CHARGED_AGAIN(price=price.pk, cost=cost):
        _first_charged(price, cost)
    return True


def listed() -> list[Listed]:
    """Return the price list, the smallest size first; two queries."""
    found = Price.objects.prefetch_related("charges").order_by("width", "height", "quality")
    return [
        Listed(
            width=price.width,
            height=price.height,
            quality=price.quality,
            last=price.last if price.last is not None else price.high,
            median=_median((charge.cost, charge.seen) for charge in price.charges.all()) or price.low,
            low=price.low,
            high=price.high,
            seen=price.seen,
            updated_at=price.updated_at,
        )
        for price in found
    ]


def changes(now: datetime) -> list[Event]:
    """Return the charges outside the known ranges of the last seven days, newest first."""
    return list(Event.objects.filter(verb=Verb.PRICE_CHANGED, at__gte=now - timedelta(days=7))[:5])


def _known(told: Range, price: Price | None) -> Range:
    return narrowed(told, price if price and price.seen >= SURE else None)


def _note_change(what: str, cost: int, known: Range) -> None:
    """Tell it once a day for each size and quality, however many images cost it."""
    since = timezone.now() - TOLD_AGAIN
    if not Event.objects.filter(subject=what, verb=Verb.PRICE_CHANGED, at__gte=since).exists():
        Event.note(Verb.PRICE_CHANGED, who=None, subject=what, cost=cost, low=known.low, high=known.high)


def _first_seen(width: int, height: int, quality: str, cost: int) -> Price:
    """Return the row of a size and quality that cost this: a new one, unless another process was first."""
    fresh = {"low": cost, "high": cost, "last": cost}
    price, made = Price.objects.get_or_create(width=width, height=height, quality=quality, defaults=fresh)
    if not made:
        _SEEN_AGAIN(price=price.pk, cost=cost, now=timezone.now())
    return price


def _first_charged(price: Price, cost: int) -> None:
    charge, _ = Charge.objects.get_or_create(price=price, cost=cost)
    _CHARGED_AGAIN(price=charge.price_id, cost=cost)


def _median(charges: Iterable[tuple[int, int]]) -> int | None:
    """Return the lower median of costs and how often each was seen, the least cost first."""
    pairs = list(charges)
    half, met = (sum(seen for _, seen in pairs) + 1) // 2, 0
    for cost, seen in pairs:
        met += seen
        if met >= half:
            return cost
    return None


_KNOWN = prepared.Rows(
    lambda: Price.objects.filter(
        width=prepared.number("width"), height=prepared.number("height"), quality=prepared.text("quality")
    ).order_by()
)
_SEEN_AGAIN = prepared.Change(
    lambda: Price.objects.filter(pk=prepared.number("price")),
    low=Least(F("low"), prepared.number("cost")),
    high=Greatest(F("high"), prepared.number("cost")),
    last=prepared.number("cost"),
    seen=F("seen") + 1,
    updated_at=prepared.moment("now"),
)
_CHARGED_AGAIN = prepared.Change(
    lambda: Charge.objects.filter(price=prepared.number("price"), cost=prepared.number("cost")),
    seen=F("seen") + 1,
)
