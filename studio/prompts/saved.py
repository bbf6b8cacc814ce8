"""Saved prompts as other rooms read them, and saving one more version (A20)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from studio.accounts.models import Event, Member, Verb
from studio.prompts import keeping
from studio.prompts.keeping import NameTaken as NameTaken
from studio.prompts.mentions import mentioned
from studio.prompts.models import PRESENT, PromptLabel, PromptVersion, SavedPrompt


def listed() -> list[SavedPrompt]:
    """Return all saved prompts by name; one query."""
    return list(SavedPrompt.objects.filter(PRESENT).select_related("changed_by"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A saved prompt with its newest version and its labels, each with a version's number."""

    prompt: SavedPrompt
    newest: PromptVersion
    labels: tuple[tuple[str, int], ...]


def overview(query: str = "") -> list[Overview]:
    """Return the prompts whose name, purpose or newest words have all words of a query; two queries."""
    found = PromptVersion.objects.filter(number=F("prompt__latest"), prompt__deleted_at=None)
    for word in query.split():
        about = Q(prompt__name__icontains=word) | Q(prompt__description__icontains=word)
        found = found.filter(about | Q(template__icontains=word))
    newest = list(found.select_related("prompt__changed_by").order_by("prompt__name"))
    labels: dict[UUID, list[tuple[str, int]]] = {}
    for pk, name, number in _labels([one.prompt_id for one in newest]):
        labels.setdefault(pk, []).append((name, number))
    return [
        Overview(prompt=one.prompt, newest=one, labels=tuple(labels.get(one.prompt_id, ()))) for one in newest
    ]


def _labels(prompts: list[UUID]) -> Iterable[tuple[UUID, str, int]]:
    rows = PromptLabel.objects.filter(prompt__in=prompts)
    return rows.values_list("prompt_id", "name", "version__number")


def versions(prompt: SavedPrompt) -> QuerySet[PromptVersion]:
    """Return a prompt's versions, the newest first, with their authors and labels."""
    return PromptVersion.objects.filter(prompt=prompt).select_related("author").prefetch_related("labels")


def version(pk: UUID) -> PromptVersion | None:
    """Return a version and its prompt, also of one that was deleted: images keep pointing at it."""
    return PromptVersion.objects.select_related("prompt", "author").filter(pk=pk).first()


def newest(prompt: SavedPrompt) -> PromptVersion:
    """Return the newest version of a prompt."""
    return PromptVersion.objects.get(prompt=prompt, number=prompt.latest)


@transaction.atomic
def create(
    member: Member, *, name: str, template: str, note: str = "", description: str = "",
    fields: dict[str, Any] | None = None,
) -> PromptVersion:  # fmt: skip
    """Save a template under a new name, as its version 1. Raises keeping.NameTaken."""
    prompt = keeping.make(SavedPrompt, member, name=name, description=description)
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
