"""What a grid would make, cost and take on each of the provider's plans, side by side (D26).

Images and credits come from the very `plan` that the composer shows and Generate starts, the time from
the forecast of the line (B16). Nothing is held and nothing is sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from studio.accounts.plans import PRESETS
from studio.accounts.plans import Plan as Terms
from studio.generation import counts, durations
from studio.generation.forecast import Capacity, Span, forecast
from studio.generation.recipe import Plan, Recipe, plan

COMPARED = (Terms.FREE, Terms.STARTER, Terms.PRO)
DAY = timedelta(days=1).total_seconds()
ASSUMED = Span(low=45, high=75)  # seconds: about a minute, as the provider's own sample has it (S3)
PLAYED = 1_000  # images that are played through one by one; a longer line goes on at their pace


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPlan:
    """How long it takes on one plan, if nothing else is in line, and what that plan allows."""

    name: str
    at_once: int | None
    per_minute: int | None
    per_day: int | None
    days: int  # on how many days images are asked for
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """Images, the least and the most credits, and the plans beside each other."""

    images: int
    least: int
    most: int
    plans: tuple[OnPlan, ...]
    timed: bool  # whether images like these were timed already


def of_grid(cells: int, recipe: Recipe) -> WhatIf:
    """Return what so many cells of a recipe would be; the recipe itself varies nothing."""
    one = plan(recipe, most_images=1)
    return _what_if(cells * one.images, cells * one.least, cells * one.most, one)


def of_plan(made: Plan) -> WhatIf:
    """Return the same for a plan that the composer made."""
    return _what_if(made.images, made.least, made.most, made)


def _what_if(images: int, least: int, most: int, made: Plan) -> WhatIf:
    spans = [_usual(*setting) for setting in made.expansion.settings]
    known = [span for span in spans if span]
    each = Span(low=min(s.low for s in known), high=max(s.high for s in known)) if known else ASSUMED
    plans = tuple(_on(terms, images, each) for terms in COMPARED)
    return WhatIf(images=images, least=least, most=most, plans=plans, timed=len(known) == len(spans))


def _usual(width: int, height: int, quality: str) -> Span | None:
    usual = durations.usual(width, height, quality)
    return Span(low=usual.p10, high=usual.p90) if usual else None


def _on(terms: Terms, images: int, each: Span) -> OnPlan:
    limits = PRESETS[terms]
    capacity = Capacity(
        slots=limits.at_once, minute=limits.per_minute, window=counts.window().total_seconds()
    )
    whole_days = (images - 1) // limits.per_day if limits.per_day else 0
    rest = images - whole_days * (limits.per_day or 0)
    last = _time(capacity, rest, each)
    all_in_one = _time(capacity, images, each)  # where the day is no limit, the slots are
    span = Span(
        low=max(whole_days * DAY + last.low, all_in_one.low),
        high=max(whole_days * DAY + last.high, all_in_one.high),
    )
    return OnPlan(
        name=terms.label,
        at_once=limits.at_once,
        per_minute=limits.per_minute,
        per_day=limits.per_day,
        days=whole_days + 1,
        span=span,
    )


def _time(capacity: Capacity, images: int, each: Span) -> Span:
    """Return when the last of so many images is there."""
    played = min(images, PLAYED)
    last = _slowest(forecast(capacity, (), [each] * played))
    factor = images / played
    return Span(low=last.low * factor, high=last.high * factor)


def _slowest(spans: Sequence[Span]) -> Span:
    return Span(low=max(span.low for span in spans), high=max(span.high for span in spans))
