"""What was said about an image, as it is drawn: threads, their replies, the pins. Reads; changes nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from gallery import calling, prose
from gallery.models import Comment, Mention
from studio.accounts.models import Member
from studio.generation import many
from studio.generation.models import Image
from studio.prepared import Rows, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One comment as it is drawn."""

    comment: Comment
    html: SafeString
    own: bool

    @property
    def across(self) -> str:
        """Return where a pin stands from the left, in per cent."""
        return percent(self.comment.x)

    @property
    def down(self) -> str:
        """Return where a pin stands from the top, in per cent."""
        return percent(self.comment.y)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A comment with the replies to it, the oldest first."""

    head: Said
    replies: tuple[Said, ...]

    @property
    def resolved(self) -> datetime | None:
        """Return when it was put away, None while it is open."""
        return self.head.comment.resolved_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """All that was said about an image."""

    open: tuple[Thread, ...]
    resolved: tuple[Thread, ...]
    count: int

    @property
    def pins(self) -> list[Said]:
        """Return the pins that stand on the picture: of what is not resolved or deleted."""
        heads = [thread.head for thread in self.open]
        return [one for one in heads if one.comment.pin and one.comment.deleted_at is None]


def of(member: Member, image: Image) -> Talk:
    """Return what was said about an image. Two queries, however much it was; one where nothing was."""
    rows = _SAID(image=image.pk)
    names = _names(rows)
    said = {row.pk: _said(member, row, names) for row in rows}
    threads = [
        Thread(
            head=said[row.pk],
            replies=tuple(said[one.pk] for one in rows if one.parent_id == row.pk and one.deleted_at is None),
        )
        for row in rows
        if row.parent_id is None
    ]
    shown = [thread for thread in threads if thread.replies or thread.head.comment.deleted_at is None]
    return Talk(
        open=tuple(thread for thread in shown if not thread.resolved),
        resolved=tuple(thread for thread in shown if thread.resolved),
        count=sum(row.deleted_at is None for row in rows),
    )


_SAID: Rows[Comment] = Rows(
    lambda: (
        Comment.objects.filter(image=number("image")).select_related("member", "resolved_by").order_by("pk")
    )
)


def texts(ids: Collection[int]) -> dict[int, tuple[str, int]]:
    """Return the words said about images and their number, for finding and counting. One query."""
    found: dict[int, list[str]] = {}
    for pk, text in _TEXTS(ids=ids):
        found.setdefault(pk, []).append(text)
    return {pk: ("\n".join(said), len(said)) for pk, said in found.items()}


_TEXTS = Rows(
    lambda: (
        Comment.objects.filter(image__in=many.given(), deleted_at=None)
        .order_by("pk")
        .values_list("image_id", "text")
    )
)


def percent(place: float | None) -> str:
    """Return a relative place in per cent, as an attribute of SVG takes it."""
    return f"{100 * (place or 0):.4g}%"


def _names(rows: Collection[Comment]) -> Mapping[int, list[str]]:
    """Return by comment the names that were called in it."""
    if not rows:
        return {}
    found: dict[int, list[str]] = {}
    called = Mention.objects.filter(comment__in=[row.pk for row in rows]).select_related("member")
    for one in called:
        found.setdefault(one.comment_id, []).extend(calling.spellings(one.member))
    return found


def _said(member: Member, comment: Comment, names: Mapping[int, list[str]]) -> Said:
    html = prose.drawn(comment.text, names.get(comment.pk, ()))
    return Said(comment=comment, html=html, own=comment.member_id == member.pk)
