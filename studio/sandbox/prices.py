"""What a picture costs, in whole credits: the one price table (S5, S28-S30).

[decided] The provider documents 10-20 credits from 512x512 to 1024x1024 and
30-50 from 2048x2048; the rest is ours: 20-30 in between, 10 below, 50 above.
Inside a range, draft pays the lower end, standard the lower half by area, and
high the upper half by area.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A span of areas (pixels) and the credits it costs."""

    least_pixels: int
    most_pixels: int
    least_credits: int
    most_credits: int


STANDARD = Range(least_pixels=512 * 512, most_pixels=1024 * 1024, least_credits=10, most_credits=20)
BETWEEN = Range(least_pixels=1024 * 1024, most_pixels=2048 * 2048, least_credits=20, most_credits=30)
HIGH = Range(least_pixels=2048 * 2048, most_pixels=4096 * 4096, least_credits=30, most_credits=50)

# quality -> (share of the range at its smallest area, share at its largest)
QUALITIES: dict[str, tuple[float, float]] = {
    "draft": (0.0, 0.0),
    "standard": (0.0, 0.5),
    "high": (0.5, 1.0),
}
DEFAULT_QUALITY = "standard"


def price(width: int, height: int, quality: str, *, gap_is_high: bool = False) -> int:
    """Credits for one picture of `width` x `height` pixels; always the same for the same three.

    `gap_is_high` sells what lies between 1024x1024 and 2048x2048 at the start of
    the high range (S30).
    """
    pixels = width * height
    if pixels < STANDARD.least_pixels:
        return STANDARD.least_credits
    tier = _range_of(pixels)
    if tier is BETWEEN and gap_is_high:
        tier, pixels = HIGH, HIGH.least_pixels
    return _inside(tier, pixels, quality)


def _range_of(pixels: int) -> Range:
    if pixels <= STANDARD.most_pixels:
        return STANDARD
    return BETWEEN if pixels < BETWEEN.most_pixels else HIGH


def _inside(tier: Range, pixels: int, quality: str) -> int:
    grown = (pixels - tier.least_pixels) / (tier.most_pixels - tier.least_pixels)
    first, last = QUALITIES[quality]
    share = first + (last - first) * min(grown, 1.0)
    return round(tier.least_credits + (tier.most_credits - tier.least_credits) * share)
