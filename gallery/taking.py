"""What somebody wants to take along: format, what is written inside, and how files are called (C21, C22).

Read out of a form or an address, and remembered for the member; touches `Taking` alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gallery import filenames
from gallery.models import Taking
from gallery.recoding import Format, Inside
from studio.accounts.models import Member

FORMATS = {
    Format.ORIGINAL: ("Original", "as Doitong sent it"),
    Format.PNG: ("PNG", "without further loss, larger"),
    Format.WEBP: ("WebP", "smaller"),
}
INSIDES = {
    Inside.AS_KEPT: ("As it is kept", "the picture and its colour profile"),
    Inside.RECIPE: ("With its recipe inside", "drop it into the studio to make it again"),
    Inside.CLEAN: ("Clean, for clients", "no metadata from anybody"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is wanted; `problem` says what is wrong with the pattern, which is the usual one then."""

    format: Format = Format.ORIGINAL
    inside: Inside = Inside.AS_KEPT
    pattern: str = filenames.USUAL
    problem: str = ""

    @property
    def formats(self) -> list[tuple[str, str, str, bool]]:
        """Return the formats to choose from: value, name, what it means, whether it is chosen."""
        return [(one.value, *said, one is self.format) for one, said in FORMATS.items()]

    @property
    def insides(self) -> list[tuple[str, str, str, bool]]:
        """Return what may be written inside, in the same way."""
        return [(one.value, *said, one is self.inside) for one, said in INSIDES.items()]


def read(asked: Mapping[str, str], otherwise: Choice) -> Choice:
    """Return the choice of a form or an address; what it does not name, or names wrongly, is as before."""
    written = " ".join(asked.get("pattern", otherwise.pattern).replace("\0", "").split())
    try:
        pattern, problem = filenames.check(written), ""
    except filenames.BadPattern as error:
        pattern, problem = written[: 2 * filenames.MOST_PATTERN], str(error)
    wanted, inside = asked.get("format", ""), asked.get("inside", "")
    return Choice(
        format=Format(wanted) if wanted in set(Format) else otherwise.format,
        inside=Inside(inside) if inside in set(Inside) else otherwise.inside,
        pattern=pattern,
        problem=problem,
    )


def remembered(member: Member) -> Choice:
    """Return what a member chose the last time. One query."""
    row = Taking.objects.filter(member=member).first()
    return (
        read({"pattern": row.pattern, "format": row.format, "inside": row.inside}, Choice())
        if row
        else Choice()
    )


def remember(member: Member, choice: Choice) -> None:
    """Offer this choice the next time."""
    said = {"pattern": choice.pattern, "format": choice.format.value, "inside": choice.inside.value}
    Taking.objects.update_or_create(member=member, defaults=said)
