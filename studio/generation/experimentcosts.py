"""What a member's credits went to, for their page of credits: the experiments that took most (D4). Reads."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Sum
from django.urls import reverse

from studio.credits import gains
from studio.credits.gains import Part
from studio.generation.models import Run

SHOWN = 6


def register() -> None:
    """Have the page of credits ask here."""
    gains.experiments_told_by(most)


def most(member: UUID, since: datetime) -> Sequence[Part]:
    """Return the experiments that the member's runs since then cost most in. One bounded query."""
    rows = (
        Run.objects.filter(member=member, created_at__gte=since)
        .values("experiment", "experiment__title")
        .annotate(spent=Sum("jobs__cost", default=0) + Sum("jobs__charged_late", default=0))
        .filter(spent__gt=0)
        .order_by("-spent", "experiment__title")
    )
    found = rows.values_list("experiment", "experiment__title", "spent")[:SHOWN]
    return [Part(title=title, href=reverse("experiment", args=[pk]), spent=much) for pk, title, much in found]
