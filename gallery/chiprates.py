"""How often what a chip says was approved, for the composer's chips: in the newest decisions (A27, A31).

Images that the team sees are counted, for everybody alike: what is private tells nobody anything, not even
as a number. One query of bounded cost on a gallery of any size.
"""

from collections.abc import Collection, Mapping

from django.db.models import Q

from gallery import reckoning
from gallery.models import Review, Status
from gallery.outcomes import GOOD
from studio.generation import chipnotes
from studio.generation.models.image import Visibility

MOST = 1_000  # decisions that are read, the newest
DECIDED = Q(status__in=[*GOOD, Status.REJECTED])


def register() -> None:
    """Have the composer ask here."""
    chipnotes.told_by(notes)


def notes(texts: Collection[str]) -> Mapping[str, str]:
    """Return “approved 12 of 20” for each chip's text that was decided on often enough. One query."""
    seen = Review.objects.filter(DECIDED, image__visibility=Visibility.TEAM).order_by("-image")
    rows = seen.values_list("image__prompt", "status")[:MOST]
    found = reckoning.chips([(prompt, status in GOOD) for prompt, status in rows], texts)
    return {text: f"approved {term.approved:,} of {term.n:,}" for text, term in found.items() if not term.few}
