"""Saved prompts as other rooms read them, and saving one more version (A20)."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from studio.accounts.models import Event, Member, Verb
from studio.prompts.mentions import mentioned
from studio.prompts.models import PRESENT, PromptVersion, SavedPrompt


class NameTaken(ValueError):
    """Another saved prompt has the name already."""

    def __init__(self, name: str) -> None:
        self.sentence = f"“{name}” is saved already. Save a new version of it, or choose another name."
        super().__init__(self.sentence)


def listed() -> list[SavedPrompt]:
    """Return all saved prompts by name; one query."""
    return list(SavedPrompt.objects.filter(PRESENT).select_related("changed_by"))


def version(pk: UUID) -> PromptVersion | None:
    """Return a version and its prompt, also of one that was deleted: images keep pointing at it."""
    return PromptVersion.objects.select_related("prompt", "author").filter(pk=pk).first()


def newest(prompt: SavedPrompt) -> PromptVersion:
    """Return the newest version of a prompt."""
    return PromptVersion.objects.get(prompt=prompt, number=prompt.latest)


@transaction.atomic
def create(
    member: Member, *, name: str, template: str, note: str = "", fields: dict[str, Any] | None = None
) -> PromptVersion:
    """Save a template under a new name, as its version 1. Raises NameTaken."""
    if SavedPrompt.objects.filter(PRESENT, name=name).exists():
        raise NameTaken(name)
    prompt = SavedPrompt.objects.create(name=name, made_by=member, changed_by=member)
    Event.note(Verb.LIBRARY_CREATED, who=member, subject=prompt.pk, kind="prompt", name=name)
    return add_version(prompt, member, template=template, note=note, fields=fields)


@transaction.atomic
def add_version(
    prompt: SavedPrompt,
    member: Member,
    *,
    template: str,
    note: str = "",
    fields: dict[str, Any] | None = None,
) -> PromptVersion:
    """Save a template as the next version; where it says what the newest one says, return that one."""
    prompt = SavedPrompt.objects.select_for_update().get(pk=prompt.pk)
    last = PromptVersion.objects.filter(prompt=prompt, number=prompt.latest).first()
    if last and (last.template, last.fields) == (template, fields or {}) and not note:
        return last
    made = PromptVersion.objects.create(
        prompt=prompt, number=prompt.latest + 1, template=template, note=note, fields=fields or {},
        needs=mentioned(template), author=member,
    )  # fmt: skip
    now = timezone.now()
    SavedPrompt.objects.filter(pk=prompt.pk).update(latest=made.number, changed_by=member, changed_at=now)
    Event.note(Verb.PROMPT_SAVED, who=member, subject=prompt.pk, name=prompt.name, version=made.number)
    return made
