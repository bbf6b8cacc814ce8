"""The team's styles as other rooms read them. Changes are in `studio.prompts.keeping`."""

from collections.abc import Iterable
from uuid import UUID

from studio.prompts.models import PRESENT, Style


class UnknownStyle(LookupError):
    """A style was asked for that the team does not have (any more)."""

    sentence = "One of the styles was deleted. Choose another, or undo the deletion in the library."


def listed() -> list[Style]:
    """Return all styles, by category, order and name; one query."""
    return list(Style.objects.filter(PRESENT))


def get(ids: Iterable[UUID]) -> list[Style]:
    """Return these styles in the order in which they are asked for; one query, none for no ids.

    Raises UnknownStyle where one of them is not there: nobody shall pay for a prompt without its style.
    """
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    found = {style.pk: style for style in Style.objects.filter(PRESENT, pk__in=wanted)}
    if len(found) < len(wanted):
        raise UnknownStyle(UnknownStyle.sentence)
    return [found[pk] for pk in wanted]


def apply(styles: Iterable[Style], template: str) -> str:
    """Return the template in these styles, one after another."""
    for style in styles:
        template = style.apply(template)
    return template
