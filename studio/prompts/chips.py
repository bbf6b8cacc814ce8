"""The team's chips as the composer shows them (A27)."""

from studio.prompts.models import PRESENT, Category, Chip


def by_category() -> dict[Category, list[Chip]]:
    """Return all chips, each category in its order, also one that has none; one query."""
    found: dict[Category, list[Chip]] = {category: [] for category in Category}
    for chip in Chip.objects.filter(PRESENT):
        found[Category(chip.category)].append(chip)
    return found
