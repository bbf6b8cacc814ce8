"""The history page put together: days with what was asked on them. Pure; what it needs was read before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from studio.generation.history import Asked, Figures, Found, When
from studio.generation.models import Batch, Run
from studio.generation.sizes import said
from studio.prompts.expansion import Piece, outline
from studio.templatetags.look import credits_

TIMES = {
    When.EVER: "Any time",
    When.THIS_WEEK: "This week",
    When.LAST_WEEK: "Last week",
    When.EARLIER: "Earlier",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One run as the history tells it."""

    id: str
    pieces: tuple[Piece, ...]
    clock: str
    moment: datetime
    facts: tuple[str, ...]
    href: str
    again: str
    pictures: Sequence[str]
    sheet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of the history; without a heading where the page before ended within it."""

    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A time to look at: where it leads, and whether it is looked at now."""

    text: str
    href: str
    current: bool


def page(found: Found, asked: Asked, now: datetime) -> dict[str, Any]:
    """Return what templates/generation/history_page.html reads."""
    here = reverse("history")
    return {
        "asked": asked,
        "days": list(_days(found, now)),
        "count": len(found.runs),
        "chips": [
            Chip(
                text=text, href=here + Asked(words=asked.words, when=when).query(), current=when == asked.when
            )
            for when, text in TIMES.items()
        ],
        "next_url": here + asked.query(before=found.following) if found.following else "",
        "newest": here + asked.query() if asked.before is not None else "",
    }


def _chip(text: str, here: str, leads: Asked, asked: Asked) -> Chip:
    return Chip(text=text, href=here + leads.query(), current=leads.when == asked.when)


def _days(found: Found, now: datetime) -> Iterator[Day]:
    for day, runs in groupby(found.runs, key=lambda run: timezone.localdate(run.created_at)):
        yield Day(heading=_heading(day, now), entries=tuple(_entry(run, found) for run in runs))


def _heading(day: date, now: datetime) -> str:
    days = (timezone.localdate(now) - day).days
    return {0: "Today", 1: "Yesterday"}.get(days) or date_format(day, "l j F" if days < 300 else "j F Y")


def _entry(run: Run, found: Found) -> Entry:
    batch = getattr(run, "batch", None)
    return Entry(
        id=str(run.pk),
        pieces=outline(run.template) if batch is None else (Piece(text=run.template, varied=False),),
        clock=date_format(timezone.localtime(run.created_at), "H:i"),
        moment=run.created_at,
        facts=_facts(run, found.figures.get(run.pk, Figures()), batch),
        href=reverse("batch", args=[batch.pk]) if batch else reverse("run", args=[run.pk]),
        again=reverse("history_again", args=[run.pk]),
        pictures=found.pictures.get(run.pk, ()),
        sheet=batch is not None,
    )


def _facts(run: Run, figures: Figures, batch: Batch | None) -> tuple[str, ...]:
    images = f"{figures.images:,} image{'s' if figures.images != 1 else ''}"
    made = "" if figures.done == figures.images else f"{figures.done:,} done"
    quality = run.parameters.get("quality", "")
    shape = "" if batch else said(run.width, run.height)
    return tuple(filter(None, (images, made, credits_(figures.spent), shape, quality)))
