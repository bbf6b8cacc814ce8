"""How many images have a facet, as one member sees them: read from what is counted over all cards."""

from collections.abc import Collection

from django.db.models import Sum

from gallery.models import Tally
from gallery.models.card import TEAM
from studio.accounts.models import Member


def of(member: Member, tokens: Collection[str]) -> dict[str, int]:
    """Return how many of the team's images and the member's own have each of these facets.

    One query at any number of images; what nothing has is left out.
    """
    if not tokens:
        return {}
    rows = Tally.objects.filter(seen_by__in=(TEAM, member.pk.hex), token__in=list(tokens), count__gt=0)
    return dict(rows.values("token").annotate(all=Sum("count")).values_list("token", "all"))
