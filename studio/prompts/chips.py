"""The team's chips: as the composer shows them, added and put in order (A27)."""

from typing import Any

from django.db import transaction
from django.db.models import Max

from studio.accounts.models import Member
from studio.prompts import keeping
from studio.prompts.models import PRESENT, Category, Chip


def by_category() -> dict[Category, list[Chip]]:
    """Return all chips, each category in its order, also one that has none; one query."""
    found: dict[Category, list[Chip]] = {category: [] for category in Category}
    for chip in Chip.objects.filter(PRESENT):
        found[Category(chip.category)].append(chip)
    return found


def add(member: Member, *, category: str, **fields: Any) -> Chip:
    """Return a new chip at the end of its category."""
    last = Chip.objects.filter(PRESENT, category=category).aggregate(last=Max("order"))["last"]
    order = 0 if last is None else last + 1
    return keeping.make(Chip, member, category=category, order=order, **fields)


@transaction.atomic
def move(chip: Chip, step: int) -> None:
    """Move a chip by a place within its category; at the end of it nothing happens."""
    rows = list(Chip.objects.select_for_update().filter(PRESENT, category=chip.category))
    place = rows.index(chip)
    there = min(max(place + step, 0), len(rows) - 1)
    rows.insert(there, rows.pop(place))
    for order, row in enumerate(rows):
        row.order = order
    Chip.objects.bulk_update(rows, ["order"])
