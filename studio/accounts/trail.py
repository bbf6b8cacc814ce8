"""The audit trail as it is read: found by who, what, when and about what, page by page, and as CSV (E5).

Only ever reads. A page follows the one before by the id of its last line, so that it costs the same however
long the trail is.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from studio.accounts.models import Event, Member, Verb

PAGE = 50
MOST_EXPORTED = 100_000
FORMULA = re.compile(r"[=+\-@\t\r]")
COLUMNS = ("number", "when", "who", "verb", "did", "subject", "detail")
STUDIO = "studio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An event in words."""

    pk: int
    at: datetime
    who: Member | None
    verb: str
    did: str
    subject: str
    detail: str


class Filter(forms.Form):
    """What of the trail is asked for. Nothing is needed; what cannot be read is told and finds nothing."""

    who = forms.ChoiceField(required=False, label="Who")
    verb = forms.ChoiceField(required=False, label="What", choices=[("", "Everything"), *Verb.choices])
    since = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label="To", widget=forms.DateInput(attrs={"type": "date"}))
    subject = forms.CharField(required=False, label="About", max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(pk), name) for pk, name in Member.objects.values_list("pk", "name")]
        who = self.fields["who"]
        assert isinstance(who, forms.ChoiceField)
        who.choices = [("", "Everybody"), (STUDIO, "The studio itself"), *people]

    def found(self) -> QuerySet[Event]:
        """Return the events, newest first."""
        events = Event.objects.select_related("who").order_by("-id")
        if not self.is_valid():
            return events.none()
        asked = self.cleaned_data
        if asked["who"] == STUDIO:
            events = events.filter(who=None)
        elif asked["who"]:
            events = events.filter(who=asked["who"])
        if asked["verb"]:
            events = events.filter(verb=asked["verb"])
        if asked["subject"]:
            events = events.filter(subject=asked["subject"].strip())
        return _between(events, asked["since"], asked["until"])


def page(events: QuerySet[Event], before: int | None) -> tuple[list[Line], int | None]:
    """Return a page of lines and the number before which the next one begins, None at the end."""
    rows = list((events.filter(pk__lt=before) if before else events)[: PAGE + 1])
    more = rows[PAGE - 1].pk if len(rows) > PAGE else None
    return _lines(rows[:PAGE]), more


def exported(events: QuerySet[Event]) -> Iterator[str]:
    """Yield the trail as CSV, a piece at a time; no cell of it is a formula to a spreadsheet (WEB-11)."""
    yield _row(COLUMNS)
    for line in _lines(events[:MOST_EXPORTED].iterator(1_000)):
        who = line.who.name if line.who else "The studio"
        at = line.at.isoformat(timespec="seconds")
        yield _row((str(line.pk), at, who, line.verb, line.did, line.subject, line.detail))


def guarded(cell: str) -> str:
    """Return the cell as a spreadsheet takes it for a text."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def _lines(events: Any) -> list[Line]:
    people = {str(pk): name for pk, name in Member.objects.values_list("pk", "name")}
    return [
        Line(
            pk=event.pk,
            at=event.at,
            who=event.who,
            verb=event.verb,
            did=event.get_verb_display(),
            subject=people.get(event.subject, event.subject),
            detail=_said(event.detail),
        )
        for event in events
    ]


def _said(detail: Any) -> str:
    if not isinstance(detail, dict):
        return json.dumps(detail)
    return ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in detail.items() if value != "")


def _between(events: QuerySet[Event], since: date | None, until: date | None) -> QuerySet[Event]:
    """Keep the days asked for, both whole, in the team's time zone."""
    if since:
        events = events.filter(at__gte=timezone.make_aware(datetime.combine(since, time.min)))
    if until and until < date.max:
        end = datetime.combine(until + timedelta(days=1), time.min)
        events = events.filter(at__lt=timezone.make_aware(end))
    return events


def _row(cells: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([guarded(cell) for cell in cells])
    return out.getvalue()
