"""The day on which credits lapse, as a person chooses it, and the moment that ends it (D10)."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone

LONGEST = timedelta(days=730)


def day_to_come(day: date | None) -> date | None:
    """Return the day, or None for none; ValidationError for one that is over or is years away."""
    today = timezone.localdate()
    if day is not None and not today <= day <= today + LONGEST:
        raise forms.ValidationError("Choose a day from today on, within two years.")
    return day


def end_of(day: date | None) -> datetime | None:
    """Return the midnight that ends a day in the team's time zone."""
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
