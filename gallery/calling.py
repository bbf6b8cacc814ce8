"""Who is called by name in a comment, and what a member was called to (C13).

A name is called by an @ before it: the whole name, or its first word where that is one member's alone.
"""

import re
from collections.abc import Collection
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from gallery.models import Comment, Mention
from studio.accounts.models import Member
from studio.generation.access import visible_images

MOST_CALLED = 20
MOST_OFFERED = 8
MOST_LISTED = 50
BEGUN = re.compile(r"(?<![\w@])@(?=\w)")


def called(text: str, members: Collection[Member]) -> list[Member]:
    """Return who is called in a text, in the order of the text. Pure."""
    names = _names(members)
    found: dict[Member, None] = {}
    for at in BEGUN.finditer(text):
        rest = text[at.end() :].casefold()
        name = next((name for name in names if _begins(rest, name)), None)
        if name is not None:
            found[names[name]] = None
    return list(found)[:MOST_CALLED]


def spellings(member: Member) -> list[str]:
    """Return what a member may have been called by: the whole name, and its first word."""
    return [member.name, *member.name.split()[:1]] if member.name else []


def _names(members: Collection[Member]) -> dict[str, Member]:
    """Return each name that means one member, the longest first."""
    means: dict[str, list[Member]] = {}
    for member in members:
        for name in dict.fromkeys(spelling.casefold() for spelling in spellings(member)):
            means.setdefault(name, []).append(member)
    alone = {name: who[0] for name, who in means.items() if len(who) == 1}
    return dict(sorted(alone.items(), key=lambda pair: -len(pair[0])))


def _begins(rest: str, name: str) -> bool:
    after = rest[len(name) : len(name) + 1]
    return rest.startswith(name) and not (after.isalnum() or after == "_")


def team() -> QuerySet[Member]:
    """Return who can be called: everybody who is still here."""
    return Member.objects.filter(is_active=True)


def offered(begun: str, *, but: Member) -> list[Member]:
    """Return members whose name has a word that begins so, for what is being typed. One query."""
    begun = " ".join(begun.split())[:80].casefold()
    found = [one for one in team().exclude(pk=but.pk).order_by("name") if _has_word(one.name, begun)]
    return found[:MOST_OFFERED]


def _has_word(name: str, begun: str) -> bool:
    words = name.casefold()
    return words.startswith(begun) or any(word.startswith(begun) for word in words.split())


def mentions(member: Member) -> list[Mention]:
    """Return where a member was called, the newest first: only of images that they may see now."""
    images = visible_images(member).values("pk")
    rows = Mention.objects.filter(member=member, comment__image__in=images, comment__deleted_at=None)
    rows = rows.select_related("comment__member", "comment__image__member")
    return list(rows.order_by("-id")[:MOST_LISTED])


def unread(member: Member) -> int:
    """Return how many of them were not looked at yet. One query."""
    images = visible_images(member).values("pk")
    rows = Mention.objects.filter(member=member, read_at=None, comment__deleted_at=None)
    return rows.filter(comment__image__in=images).count()


def mark_read(member: Member) -> None:
    """Note that a member has seen all that they were called to."""
    Mention.objects.filter(member=member, read_at=None).update(read_at=timezone.now())
    _count([member.pk])


def _count(members: Collection[UUID]) -> None:
    """Count again what members were called to and have not seen, where every page reads it."""
    waiting = Mention.objects.filter(member=OuterRef("pk"), read_at=None).order_by()
    counted = waiting.values("member").annotate(count=Count("pk")).values("count")
    Member.objects.filter(pk__in=members).update(notices=Coalesce(Subquery(counted), 0))


def call(comment: Comment, members: Collection[Member]) -> None:
    """Note whom a comment calls; who is not called any more, after a change, is let go."""
    before = set(comment.mentions.values_list("member", flat=True))
    comment.mentions.exclude(member__in=members).delete()
    Mention.objects.bulk_create(
        [Mention(comment=comment, member=one) for one in members], ignore_conflicts=True
    )
    if changed := before ^ {one.pk for one in members}:
        _count(changed)
