"""The pauses over a member, as the banner of every page says them: what, by whom, why (B15). Reads only."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from studio.accounts import keys
from studio.accounts.models import Member
from studio.generation import pauses
from studio.generation.models import Pause


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """One pause in words; `ends` is where the reader ends it, "" where they may not."""

    id: UUID
    title: str
    text: str
    ends: str


def over(member: Member) -> list[Banner]:
    """Return the pauses that hold the member's images, and of a key's only those of theirs."""
    present = pauses.open_pauses()
    if not present:
        return []
    used = keys.key_for(member) if any(one.key_id for one in present) else None
    mine = [one for one in present if _concerns(one, member, used.pk if used else None)]
    return [_banner(one, member) for one in mine]


def _concerns(pause: Pause, member: Member, key_id: UUID | None) -> bool:
    if pause.key_id:
        return pause.key_id == key_id or member.is_admin
    return pause.member_id in {None, member.pk}


def _banner(pause: Pause, member: Member) -> Banner:
    may_end = member.is_admin or pause.by_id == member.pk
    who = "You" if pause.by_id == member.pk else str(pause.by)
    return Banner(
        id=pause.pk,
        title=_title(pause, member),
        text=f"{who} paused it{f': {pause.reason}' if pause.reason else ''}. What is under way goes on.",
        ends=reverse("pause_end", args=[pause.pk]) if may_end else "",
    )


def _title(pause: Pause, member: Member) -> str:
    if pause.member_id:
        return "Your images are paused."
    if pause.key is None:
        return "Everything is paused."
    if pause.key.member is None:
        return "The team’s key is paused."
    return (
        "Your key is paused." if pause.key.member_id == member.pk else f"{pause.key.member}’s key is paused."
    )
