"""What of the team’s library is at hand in the composer: styles, chips, lists, saved prompts. Reads only."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F
from django.utils.functional import cached_property

from studio.accounts.models import Member
from studio.generation import chipnotes
from studio.generation.access import visible_images
from studio.generation.advice import Offer
from studio.generation.tiles import palette
from studio.prompts import chips, styles
from studio.prompts.coach import Part
from studio.prompts.models import PRESENT, Category, PromptVersion, WordList

SAVED_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleCard:
    """A style as the composer draws it: its picture where it has one that the member may see."""

    id: UUID
    name: str
    src: str
    palette: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipCard:
    """A chip, and how often images with it were approved, where that is known (A27)."""

    label: str
    text: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCard:
    """A word list: what is put into the prompt for it, and how many entries it has."""

    name: str
    count: int
    description: str


class Shelf:
    """Read when it is drawn, so that an answer without it asks for nothing. Six queries."""

    def __init__(self, member: Member, chosen: Collection[str]) -> None:
        self._member, self._chosen = member, set(chosen)

    @cached_property
    def styles(self) -> list[StyleCard]:
        """Return all styles, with those of the form chosen."""
        found = styles.listed()
        samples = [style.sample for style in found if style.sample]
        pictures = visible_images(self._member).filter(uuid__in=samples) if samples else ()
        shown = {image.uuid: image.shown(256) for image in pictures}
        return [
            StyleCard(
                id=style.pk,
                name=style.name,
                src=shown.get(style.sample, "") if style.sample else "",
                palette=palette(f"{style.name} {style.text}"),
                chosen=str(style.pk) in self._chosen,
            )
            for style in found
        ]

    @cached_property
    def chips(self) -> list[tuple[str, list[ChipCard]]]:
        """Return the chips by the name of their category; only categories that have some."""
        shown = {category: found for category, found in chips.by_category().items() if found}
        known = chipnotes.of([chip.text for found in shown.values() for chip in found])
        return [
            (
                category.label,
                [ChipCard(label=one.label, text=one.text, note=known.get(one.text, "")) for one in found],
            )
            for category, found in shown.items()
        ]

    @cached_property
    def lists(self) -> list[ListCard]:
        """Return the word lists by name."""
        rows = WordList.objects.filter(PRESENT).order_by("name").values_list("name", "count", "description")
        return [ListCard(name=name, count=count, description=said) for name, count, said in rows]

    @cached_property
    def saved(self) -> list[PromptVersion]:
        """Return the newest version of each saved prompt, the latest changed first."""
        newest = PromptVersion.objects.filter(prompt__deleted_at=None, number=F("prompt__latest"))
        return list(newest.select_related("prompt").order_by("-made_at")[:SAVED_SHOWN])


def offers() -> Mapping[str, list[Offer]]:
    """Return the team's words for each part of a prompt, for the coach to suggest. One query."""
    return {
        Part(Category(category).value): [Offer(label=chip.label, text=chip.text) for chip in found]
        for category, found in chips.by_category().items()
        if found
    }
