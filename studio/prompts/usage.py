"""Who uses a word list: other lists, styles, and saved prompts by their newest versions. Reads only."""

from dataclasses import dataclass

from django.db.models import F
from django.urls import reverse

from studio.prompts.mentions import matching
from studio.prompts.models import PRESENT, PromptVersion, Style, WordList


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """Something that asks for a list: what it is, its name, and where it is."""

    kind: str
    name: str
    href: str


def uses_of(name: str) -> list[Use]:
    """Return all that asks for a list by its name or by a glob; three queries."""
    found = [
        Use(kind="word list", name=row.name, href=reverse("library_list", args=[row.pk]))
        for row in WordList.objects.filter(PRESENT).exclude(needs=[]).only("name", "needs")
        if row.name != name and asks(row.needs, name)
    ]
    found += [
        Use(kind="style", name=style.name, href=reverse("library_style", args=[style.pk]))
        for style in Style.objects.filter(PRESENT).exclude(needs=[]).only("name", "needs")
        if asks(style.needs, name)
    ]
    return found + [
        Use(
            kind="saved prompt",
            name=newest.prompt.name,
            href=reverse("library_prompt", args=[newest.prompt_id]),
        )
        for newest in _newest()
        if asks(newest.needs, name)
    ]


def asks(needs: list[str], name: str) -> bool:
    """Tell whether a text that needs these names or globs asks for a list."""
    return any(matching(need, [name]) for need in needs)


def missing(needs: list[str], names: list[str]) -> list[str]:
    """Return what is asked for and not there."""
    return [need for need in needs if not matching(need, names)]


def _newest() -> list[PromptVersion]:
    versions = PromptVersion.objects.filter(number=F("prompt__latest"), prompt__deleted_at=None)
    return list(versions.exclude(needs=[]).select_related("prompt").only("needs", "prompt__name"))
