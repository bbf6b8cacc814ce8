"""How a member likes the wall: kept for the member, and read with the people of the page."""

from collections.abc import Mapping

from gallery.models import Manner
from studio.accounts.models import Member

CHOICES = {"paged": {"1": True, "0": False}, "stacked": {"1": True, "0": False}}


def keep(member: Member, form: Mapping[str, str]) -> bool:
    """Keep what a form says of the wall; say whether it said anything that can be."""
    told = {name: CHOICES[name].get(form[name]) for name in CHOICES if name in form}
    if not told or None in told.values():
        return False
    Manner.objects.update_or_create(member=member, defaults=told)
    return True
