"""Run later (B22): when a run begins, and in whose clock. Pure.

A time is kept on the run and, as `not_before`, on its jobs: the line passes them over until then. The
hour of “tonight” is the studio's time zone's; the daily limit's day is UTC's (S87).
"""

from datetime import datetime, time, timedelta

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.formats import date_format

from studio.generation.counts import next_midnight
from studio.generation.models import Job
from studio.generation.states import State

EVENING = time(22, 0)
SURELY_PAST = timedelta(seconds=10)  # the provider's clock may be a little behind


class When(TextChoices):
    """When a run begins, as the composer offers it."""

    NOW = "now", "Now"
    TONIGHT = "tonight", "At a time"
    RESET = "reset", "After the daily limit"


def starts_at(when: str, clock: time | None, now: datetime) -> datetime | None:
    """Return the moment at which a run begins; None is at once."""
    if when == When.RESET:
        return next_midnight(now) + SURELY_PAST
    return next_time(clock or EVENING, now) if when == When.TONIGHT else None


def next_time(clock: time, now: datetime) -> datetime:
    """Return the next moment at which the studio's clocks show this time, within a day."""
    local = timezone.localtime(now)
    chosen = timezone.make_aware(datetime.combine(local.date(), clock))
    if chosen <= now:
        chosen = timezone.make_aware(datetime.combine(local.date() + timedelta(days=1), clock))
    return chosen


def said(moment: datetime, now: datetime) -> str:
    """Return a moment to come in the studio's clock: 22:00, tomorrow 02:00, 27 Nov 22:00."""
    local = timezone.localtime(moment)
    days = (local.date() - timezone.localdate(now)).days
    day = {0: "", 1: "tomorrow "}.get(days, date_format(local, "j M "))
    return f"{day}{local:%H:%M}"


def waits_for_its_time(job: Job, now: datetime) -> bool:
    """Say whether a job stands in line for its run's time; its `run` is loaded."""
    return (
        job.state == State.QUEUED
        and job.not_before is not None
        and job.not_before == job.run.starts_at
        and job.not_before > now
    )
