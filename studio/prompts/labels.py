"""Labels on versions: put, moved, taken off, and guarded. Each is in the audit trail (A20)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from studio.accounts.models import Event, Member, Verb
from studio.prompts.access import allows, words_of
from studio.prompts.models import LabelGuard, PromptLabel, PromptVersion, SavedPrompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A label of a prompt as a member sees it: may they move it, and who may."""

    label: PromptLabel
    movable: bool
    who: str = ""


def of(prompt: SavedPrompt, member: Member) -> list[Shown]:
    """Return a prompt's labels; two queries."""
    guards = {guard.name: guard for guard in LabelGuard.objects.all()}
    return [
        Shown(label=one, movable=True)
        if (guard := guards.get(one.name)) is None
        else Shown(label=one, movable=allows(guard, member), who=words_of(guard))
        for one in PromptLabel.objects.filter(prompt=prompt).select_related("version", "moved_by")
    ]


@transaction.atomic
def put(prompt: SavedPrompt, name: str, version: PromptVersion, member: Member) -> None:
    """Put a label on a version; it leaves the one that it was on."""
    moved = {"version": version, "moved_by": member, "moved_at": timezone.now()}
    PromptLabel.objects.update_or_create(prompt=prompt, name=name, defaults=moved)
    Event.note(Verb.LABEL_MOVED, who=member, subject=prompt.pk, label=name, version=version.number)


@transaction.atomic
def take_off(prompt: SavedPrompt, name: str, member: Member) -> bool:
    """Take a label off; tell whether it was there."""
    gone, _each = PromptLabel.objects.filter(prompt=prompt, name=name).delete()
    if gone:
        Event.note(Verb.LABEL_MOVED, who=member, subject=prompt.pk, label=name, version=None)
    return bool(gone)


@transaction.atomic
def guard(name: str, roles: Sequence[str], member: Member) -> None:
    """Say which roles, beside the owners, may move labels of a name."""
    kept = {"roles": list(roles), "changed_by": member, "changed_at": timezone.now()}
    LabelGuard.objects.update_or_create(name=name, defaults=kept)
    Event.note(Verb.LABEL_GUARDED, who=member, subject=name, roles=", ".join(roles))
