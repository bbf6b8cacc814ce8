"""Saved searches: boards that fill themselves (C5). Writes SavedSearch's rows.

What is kept is the end of the gallery's address, so that opening one is going there.
"""

from urllib.parse import parse_qsl, urlencode

from django.db.models import Q
from django.urls import reverse

from gallery.boards import named
from gallery.models import SavedSearch
from gallery.models.ordering import LONGEST_SEARCH
from gallery.refusals import Impossible
from studio.accounts.models import Member

KEPT = ("q", "member", "mine", "private", "stack")  # of an address; where in the list one is, is not kept
MOST = 100  # searches a member


def save(member: Member, name: str, query: str, *, shared: bool) -> SavedSearch:
    """Return a search kept under a name; one of the member's own of that name is written over.

    Raises Impossible for no name, for nothing searched for, and for more than are useful.
    """
    asked = cleaned(query)
    name = named(name)
    if not asked:
        raise Impossible("Search for something first: what is saved is the search.")
    if len(asked) > LONGEST_SEARCH:
        raise Impossible(f"A search that is saved has at most {LONGEST_SEARCH:,} characters.")
    mine = SavedSearch.objects.filter(member=member)
    search = mine.filter(name=name).first()
    if search is None and mine.count() >= MOST:
        raise Impossible(f"There are {MOST} searches already. Remove one first.")
    search = search or SavedSearch(member=member, name=name)
    search.query, search.shared = asked, shared
    search.save()
    return search


def change(search: SavedSearch, name: str, *, shared: bool) -> None:
    """Give a search another name, and say whether others may open it. Raises Impossible."""
    name = named(name)
    if SavedSearch.objects.filter(member=search.member, name=name).exclude(pk=search.pk).exists():
        raise Impossible(f"There is a search called {name} already.")
    search.name, search.shared = name, shared
    search.save(update_fields=["name", "shared"])


def seen(member: Member) -> list[SavedSearch]:
    """Return the member's own searches, then those that others share, by name. One query."""
    searches = SavedSearch.objects.filter(Q(member=member) | Q(shared=True)).select_related("member")
    return sorted(searches, key=lambda one: (one.member_id != member.pk, one.name.casefold()))


def address_of(search: SavedSearch) -> str:
    """Return where a search is opened."""
    return f"{reverse('gallery')}?{search.query}"


def cleaned(query: str) -> str:
    """Return the part of an address that is searched for."""
    pairs = parse_qsl(query.removeprefix("?")[: 4 * LONGEST_SEARCH])
    return urlencode([(name, value) for name, value in pairs if name in KEPT and value])
